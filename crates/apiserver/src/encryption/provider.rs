//! The providers: how bytes are written and read.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use aes::{Aes128, Aes192, Aes256};
use crypto_secretbox::aead::AeadInPlace as _;
use crypto_secretbox::{KeyInit as _, Nonce, Tag, XSalsa20Poly1305};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

/// How long a secretbox's tag is, which stands in front of its content.
const TAG: usize = 16;

/// A way to encrypt, with one key.
pub(super) enum Cipher {
    /// AES in Galois/counter mode.
    AesGcm(Box<LessSafeKey>),
    /// AES in cipher block chaining with padding. It notices no change.
    AesCbc(Vec<u8>),
    /// `XSalsa20` and `Poly1305`.
    SecretBox(Box<XSalsa20Poly1305>),
}

/// A key and how it is used, under the name that the bytes begin with.
pub(super) struct Provider {
    /// `k8s:enc:aesgcm:v1:KEY:`; empty of the one that leaves bytes as they are.
    pub(super) prefix: String,
    /// `None` leaves bytes as they are.
    pub(super) cipher: Option<Cipher>,
}

impl Cipher {
    /// The cipher of that provider's name.
    ///
    /// # Errors
    /// When the key is not as long as it takes, with what it takes.
    pub(super) fn new(provider: &str, secret: &[u8]) -> Result<Self, &'static str> {
        match (provider, secret.len()) {
            ("aesgcm", 16 | 32) => {
                let algorithm = if secret.len() == 16 {
                    &AES_128_GCM
                } else {
                    &AES_256_GCM
                };
                let key = UnboundKey::new(algorithm, secret);
                let key = key.map_err(|_| "16 or 32 bytes")?;
                Ok(Self::AesGcm(Box::new(LessSafeKey::new(key))))
            }
            ("aesgcm", _) => Err("16 or 32 bytes"),
            ("aescbc", 16 | 24 | 32) => Ok(Self::AesCbc(secret.to_vec())),
            ("aescbc", _) => Err("16, 24 or 32 bytes"),
            _ => {
                let key = XSalsa20Poly1305::new_from_slice(secret);
                let key = key.map_err(|_| "32 bytes")?;
                Ok(Self::SecretBox(Box::new(key)))
            }
        }
    }

    fn nonce_length(&self) -> usize {
        match self {
            Self::AesGcm(_) => 12,
            Self::AesCbc(_) => 16,
            Self::SecretBox(_) => 24,
        }
    }

    /// Appends the encrypted bytes, behind the nonce; `bound_to` has to be the same when they are
    /// read, where the cipher notices.
    fn encrypt(&self, plain: &[u8], bound_to: &str, out: &mut Vec<u8>) -> Option<()> {
        let mut nonce = vec![0; self.nonce_length()];
        SystemRandom::new().fill(&mut nonce).ok()?;
        out.extend_from_slice(&nonce);
        match self {
            Self::AesGcm(key) => {
                let nonce = ring::aead::Nonce::try_assume_unique_for_key(&nonce).ok()?;
                let mut bytes = plain.to_vec();
                let bound_to = Aad::from(bound_to);
                key.seal_in_place_append_tag(nonce, bound_to, &mut bytes)
                    .ok()?;
                out.extend_from_slice(&bytes);
            }
            Self::AesCbc(key) => out.extend(cbc_encrypt(key, &nonce, plain)?),
            Self::SecretBox(key) => {
                let mut bytes = plain.to_vec();
                let nonce = Nonce::from_slice(&nonce);
                let tag = key.encrypt_in_place_detached(nonce, b"", &mut bytes).ok()?;
                out.extend_from_slice(&tag);
                out.extend_from_slice(&bytes);
            }
        }
        Some(())
    }

    /// The bytes as they were before [`Cipher::encrypt`].
    fn decrypt(&self, encrypted: &[u8], bound_to: &str) -> Option<Vec<u8>> {
        let (nonce, encrypted) = encrypted.split_at_checked(self.nonce_length())?;
        match self {
            Self::AesGcm(key) => {
                let nonce = ring::aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
                let mut bytes = encrypted.to_vec();
                let plain = key
                    .open_in_place(nonce, Aad::from(bound_to), &mut bytes)
                    .ok()?;
                let length = plain.len();
                bytes.truncate(length);
                Some(bytes)
            }
            Self::AesCbc(key) => cbc_decrypt(key, nonce, encrypted),
            Self::SecretBox(key) => {
                let (tag, encrypted) = encrypted.split_at_checked(TAG)?;
                let mut bytes = encrypted.to_vec();
                let (nonce, tag) = (Nonce::from_slice(nonce), Tag::from_slice(tag));
                key.decrypt_in_place_detached(nonce, b"", &mut bytes, tag)
                    .ok()?;
                Some(bytes)
            }
        }
    }
}

fn cbc_encrypt(key: &[u8], nonce: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    macro_rules! with {
        ($aes:ty) => {{
            let cipher = cbc::Encryptor::<$aes>::new_from_slices(key, nonce).ok()?;
            cipher.encrypt_padded_vec_mut::<Pkcs7>(plain)
        }};
    }
    Some(match key.len() {
        16 => with!(Aes128),
        24 => with!(Aes192),
        _ => with!(Aes256),
    })
}

fn cbc_decrypt(key: &[u8], nonce: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    macro_rules! with {
        ($aes:ty) => {{
            let cipher = cbc::Decryptor::<$aes>::new_from_slices(key, nonce).ok()?;
            cipher.decrypt_padded_vec_mut::<Pkcs7>(encrypted).ok()
        }};
    }
    match key.len() {
        16 => with!(Aes128),
        24 => with!(Aes192),
        _ => with!(Aes256),
    }
}

impl Provider {
    /// The bytes as they are written.
    pub(super) fn write(&self, plain: &[u8], bound_to: &str) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(self.prefix.len() + plain.len() + 48);
        out.extend_from_slice(self.prefix.as_bytes());
        match &self.cipher {
            Some(cipher) => cipher.encrypt(plain, bound_to, &mut out)?,
            None => out.extend_from_slice(plain),
        }
        Some(out)
    }

    /// The bytes as they were before [`Provider::write`].
    pub(super) fn read(&self, written: &[u8], bound_to: &str) -> Option<Vec<u8>> {
        let encrypted = written.strip_prefix(self.prefix.as_bytes())?;
        match &self.cipher {
            Some(cipher) => cipher.decrypt(encrypted, bound_to),
            None => Some(encrypted.to_vec()),
        }
    }
}
