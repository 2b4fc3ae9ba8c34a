//! What is told of each kind of volume: the words and the fields, in their order.

/// How the value of a field is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// As it is.
    Text,
    /// As it is; this where it is not there.
    TextOr(&'static str),
    /// A number, which is 0 unless given.
    Number,
    /// Whether it is so.
    Flag,
    /// `[a b]`.
    List,
    /// `a, b`.
    Commas,
    /// `map[a:b]`.
    Map,
    /// An amount that may be unset.
    Size,
    /// The name of a Secret beside the pod.
    Local,
    /// The name and namespace of a Secret.
    Secret,
}

/// A kind of volume.
#[derive(Debug)]
pub(super) struct Kind {
    /// The field that it has.
    pub(super) field: &'static str,
    /// What it is.
    pub(super) description: &'static str,
    /// What is told of it: the name, with its colon, the path, and the form.
    pub(super) rows: &'static [(&'static str, &'static str, Form)],
}

const HOST_PATH: Kind = Kind {
    field: "hostPath",
    description: "HostPath (bare host directory volume)",
    rows: &[
        ("Path:", "path", Form::Text),
        ("HostPathType:", "type", Form::TextOr("<none>")),
    ],
};

const GCE_PERSISTENT_DISK: Kind = Kind {
    field: "gcePersistentDisk",
    description: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    rows: &[
        ("PDName:", "pdName", Form::Text),
        ("FSType:", "fsType", Form::Text),
        ("Partition:", "partition", Form::Number),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const AWS_ELASTIC_BLOCK_STORE: Kind = Kind {
    field: "awsElasticBlockStore",
    description: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    rows: &[
        ("VolumeID:", "volumeID", Form::Text),
        ("FSType:", "fsType", Form::Text),
        ("Partition:", "partition", Form::Number),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const NFS: Kind = Kind {
    field: "nfs",
    description: "NFS (an NFS mount that lasts the lifetime of a pod)",
    rows: &[
        ("Server:", "server", Form::Text),
        ("Path:", "path", Form::Text),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const QUOBYTE: Kind = Kind {
    field: "quobyte",
    description: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    rows: &[
        ("Registry:", "registry", Form::Text),
        ("Volume:", "volume", Form::Text),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const AZURE_DISK: Kind = Kind {
    field: "azureDisk",
    description: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    rows: &[
        ("DiskName:", "diskName", Form::Text),
        ("DiskURI:", "diskURI", Form::Text),
        ("Kind: ", "kind", Form::Text),
        ("FSType:", "fsType", Form::Text),
        ("CachingMode:", "cachingMode", Form::Text),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const VSPHERE_VOLUME: Kind = Kind {
    field: "vsphereVolume",
    description: "vSphereVolume (a Persistent Disk resource in vSphere)",
    rows: &[
        ("VolumePath:", "volumePath", Form::Text),
        ("FSType:", "fsType", Form::Text),
        ("StoragePolicyName:", "storagePolicyName", Form::Text),
    ],
};

const PHOTON_PERSISTENT_DISK: Kind = Kind {
    field: "photonPersistentDisk",
    description: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
    rows: &[
        ("PdID:", "pdID", Form::Text),
        ("FSType:", "fsType", Form::Text),
    ],
};

const PORTWORX_VOLUME: Kind = Kind {
    field: "portworxVolume",
    description: "PortworxVolume (a Portworx Volume resource)",
    rows: &[("VolumeID:", "volumeID", Form::Text)],
};

const STORAGEOS: Kind = Kind {
    field: "storageos",
    description: "StorageOS (a StorageOS Persistent Disk resource)",
    rows: &[
        ("VolumeName:", "volumeName", Form::Text),
        ("VolumeNamespace:", "volumeNamespace", Form::Text),
        ("FSType:", "fsType", Form::Text),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const FC: Kind = Kind {
    field: "fc",
    description: "FC (a Fibre Channel disk)",
    rows: &[
        ("TargetWWNs:", "targetWWNs", Form::Commas),
        ("LUN:", "lun", Form::TextOr("<none>")),
        ("FSType:", "fsType", Form::Text),
        ("ReadOnly:", "readOnly", Form::Flag),
    ],
};

const FLOCKER: Kind = Kind {
    field: "flocker",
    description: "Flocker (a Flocker volume mounted by the Flocker agent)",
    rows: &[
        ("DatasetName:", "datasetName", Form::Text),
        ("DatasetUUID:", "datasetUUID", Form::Text),
    ],
};

/// Those of pods.
pub(super) const IN_PODS: &[Kind] = &[
    HOST_PATH,
    Kind {
        field: "emptyDir",
        description: "EmptyDir (a temporary directory that shares a pod's lifetime)",
        rows: &[
            ("Medium:", "medium", Form::Text),
            ("SizeLimit:", "sizeLimit", Form::Size),
        ],
    },
    GCE_PERSISTENT_DISK,
    AWS_ELASTIC_BLOCK_STORE,
    Kind {
        field: "gitRepo",
        description: "GitRepo (a volume that is pulled from git when the pod is created)",
        rows: &[
            ("Repository:", "repository", Form::Text),
            ("Revision:", "revision", Form::Text),
        ],
    },
    Kind {
        field: "secret",
        description: "Secret (a volume populated by a Secret)",
        rows: &[
            ("SecretName:", "secretName", Form::Text),
            ("Optional:", "optional", Form::Flag),
        ],
    },
    Kind {
        field: "configMap",
        description: "ConfigMap (a volume populated by a ConfigMap)",
        rows: &[
            ("Name:", "name", Form::Text),
            ("Optional:", "optional", Form::Flag),
        ],
    },
    NFS,
    Kind {
        field: "iscsi",
        description: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        rows: &[
            ("TargetPortal:", "targetPortal", Form::Text),
            ("IQN:", "iqn", Form::Text),
            ("Lun:", "lun", Form::Number),
            ("ISCSIInterface", "iscsiInterface", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
            ("Portals:", "portals", Form::List),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", Form::Flag),
            ("SessionCHAPAuth:", "chapAuthSession", Form::Flag),
            ("SecretRef:", "secretRef", Form::Local),
            ("InitiatorName:", "initiatorName", Form::TextOr("<none>")),
        ],
    },
    Kind {
        field: "glusterfs",
        description: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        rows: &[
            ("EndpointsName:", "endpoints", Form::Text),
            ("Path:", "path", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "persistentVolumeClaim",
        description: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        rows: &[
            ("ClaimName:", "claimName", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "ephemeral",
        description: "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        rows: &[],
    },
    Kind {
        field: "rbd",
        description: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        rows: &[
            ("CephMonitors:", "monitors", Form::List),
            ("RBDImage:", "image", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("RBDPool:", "pool", Form::Text),
            ("RadosUser:", "user", Form::Text),
            ("Keyring:", "keyring", Form::Text),
            ("SecretRef:", "secretRef", Form::Local),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    QUOBYTE,
    Kind {
        field: "downwardAPI",
        description: "DownwardAPI (a volume populated by information about the pod)",
        rows: &[],
    },
    AZURE_DISK,
    VSPHERE_VOLUME,
    Kind {
        field: "cinder",
        description: "Cinder (a Persistent Disk resource in OpenStack)",
        rows: &[
            ("VolumeID:", "volumeID", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
            ("SecretRef:", "secretRef", Form::Local),
        ],
    },
    PHOTON_PERSISTENT_DISK,
    PORTWORX_VOLUME,
    Kind {
        field: "scaleIO",
        description: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        rows: &[
            ("Gateway:", "gateway", Form::Text),
            ("System:", "system", Form::Text),
            ("Protection Domain:", "protectionDomain", Form::Text),
            ("Storage Pool:", "storagePool", Form::Text),
            ("Storage Mode:", "storageMode", Form::Text),
            ("VolumeName:", "volumeName", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "cephfs",
        description: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        rows: &[
            ("Monitors:", "monitors", Form::List),
            ("Path:", "path", Form::Text),
            ("User:", "user", Form::Text),
            ("SecretFile:", "secretFile", Form::Text),
            ("SecretRef:", "secretRef", Form::Local),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    STORAGEOS,
    FC,
    Kind {
        field: "azureFile",
        description: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        rows: &[
            ("SecretName:", "secretName", Form::Text),
            ("ShareName:", "shareName", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "flexVolume",
        description: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        rows: &[
            ("Driver:", "driver", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("SecretRef:", "secretRef", Form::Local),
            ("ReadOnly:", "readOnly", Form::Flag),
            ("Options:", "options", Form::Map),
        ],
    },
    FLOCKER,
    Kind {
        field: "projected",
        description: "Projected (a volume that contains injected data from multiple sources)",
        rows: &[],
    },
    Kind {
        field: "csi",
        description: "CSI (a Container Storage Interface (CSI) volume source)",
        rows: &[
            ("Driver:", "driver", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "image",
        description: "Image (a container image or OCI artifact)",
        rows: &[
            ("Reference:", "reference", Form::Text),
            ("PullPolicy:", "pullPolicy", Form::Text),
        ],
    },
];

/// Those behind persistent volumes. What needs a Secret names its namespace, too.
pub(super) const PERSISTENT: &[Kind] = &[
    HOST_PATH,
    GCE_PERSISTENT_DISK,
    AWS_ELASTIC_BLOCK_STORE,
    NFS,
    Kind {
        field: "iscsi",
        description: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        rows: &[
            ("TargetPortal:", "targetPortal", Form::Text),
            ("IQN:", "iqn", Form::Text),
            ("Lun:", "lun", Form::Number),
            ("ISCSIInterface", "iscsiInterface", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
            ("Portals:", "portals", Form::List),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", Form::Flag),
            ("SessionCHAPAuth:", "chapAuthSession", Form::Flag),
            ("SecretRef:", "secretRef", Form::Secret),
            ("InitiatorName:", "initiatorName", Form::TextOr("<none>")),
        ],
    },
    Kind {
        field: "glusterfs",
        description: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        rows: &[
            ("EndpointsName:", "endpoints", Form::Text),
            (
                "EndpointsNamespace:",
                "endpointsNamespace",
                Form::TextOr("<unset>"),
            ),
            ("Path:", "path", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "rbd",
        description: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        rows: &[
            ("CephMonitors:", "monitors", Form::List),
            ("RBDImage:", "image", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("RBDPool:", "pool", Form::Text),
            ("RadosUser:", "user", Form::Text),
            ("Keyring:", "keyring", Form::Text),
            ("SecretRef:", "secretRef", Form::Secret),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    QUOBYTE,
    VSPHERE_VOLUME,
    Kind {
        field: "cinder",
        description: "Cinder (a Persistent Disk resource in OpenStack)",
        rows: &[
            ("VolumeID:", "volumeID", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
            ("SecretRef:", "secretRef", Form::Secret),
        ],
    },
    AZURE_DISK,
    PHOTON_PERSISTENT_DISK,
    PORTWORX_VOLUME,
    Kind {
        field: "scaleIO",
        description: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        rows: &[
            ("Gateway:", "gateway", Form::Text),
            ("System:", "system", Form::Text),
            ("Protection Domain:", "protectionDomain", Form::Text),
            ("Storage Pool:", "storagePool", Form::Text),
            ("Storage Mode:", "storageMode", Form::Text),
            ("VolumeName:", "volumeName", Form::Text),
            ("SecretName:", "secretRef.name", Form::Text),
            ("SecretNamespace:", "secretRef.namespace", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "local",
        description: "LocalVolume (a persistent volume backed by local storage on a node)",
        rows: &[("Path:", "path", Form::Text)],
    },
    Kind {
        field: "cephfs",
        description: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        rows: &[
            ("Monitors:", "monitors", Form::List),
            ("Path:", "path", Form::Text),
            ("User:", "user", Form::Text),
            ("SecretFile:", "secretFile", Form::Text),
            ("SecretRef:", "secretRef", Form::Secret),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    STORAGEOS,
    FC,
    Kind {
        field: "azureFile",
        description: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        rows: &[
            ("SecretName:", "secretName", Form::Text),
            ("SecretNamespace:", "secretNamespace", Form::Text),
            ("ShareName:", "shareName", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
    Kind {
        field: "flexVolume",
        description: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        rows: &[
            ("Driver:", "driver", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("SecretRef:", "secretRef", Form::Secret),
            ("ReadOnly:", "readOnly", Form::Flag),
            ("Options:", "options", Form::Map),
        ],
    },
    FLOCKER,
    Kind {
        field: "csi",
        description: "CSI (a Container Storage Interface (CSI) volume source)",
        rows: &[
            ("Driver:", "driver", Form::Text),
            ("FSType:", "fsType", Form::Text),
            ("VolumeHandle:", "volumeHandle", Form::Text),
            ("ReadOnly:", "readOnly", Form::Flag),
        ],
    },
];
