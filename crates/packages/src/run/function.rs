//! Which functions run: those that a package declares, those of other directories, or one that the
//! command line names.

use super::directory_of;
use crate::annotations::file;
use crate::reader::Reader;
use std::path::{Path, PathBuf};
use trimtab_kustomize::StandaloneFunction;
use trimtab_tree::{Diagnostic, Mapping, ParseOptions, Result, Style, Value, parse_document};

/// A function with the object that configures it.
#[derive(Clone, Debug)]
pub struct ConfiguredFunction {
    pub(super) function: StandaloneFunction,
    pub(super) config: Value,
    /// Which of the objects that it runs on the configuration is, if it is one.
    pub(super) input: Option<usize>,
    /// Whether it sees all objects, wherever its file is.
    pub(super) is_global: bool,
}

impl ConfiguredFunction {
    /// The function that an object configures, if it does.
    fn of(config: &Value, reader: &mut Reader) -> Result<Option<Self>> {
        let inline = |position, text: &str| reader.inline(position, text);
        let function = StandaloneFunction::of(config, inline)?;
        Ok(function.map(|function| Self {
            function,
            config: config.clone(),
            input: None,
            is_global: false,
        }))
    }
}

/// The functions among `objects`, the deepest directories first and those of one file in their order.
///
/// # Errors
/// When what one says about itself cannot be read.
pub fn declared(objects: &[Value], reader: &mut Reader) -> Result<Vec<ConfiguredFunction>> {
    let mut functions = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        if let Some(mut function) = ConfiguredFunction::of(object, reader)? {
            function.input = Some(at);
            functions.push(function);
        }
    }
    functions.sort_by_cached_key(|function| {
        let directory = match file(&function.config) {
            "" => ".".to_owned(),
            path => directory_of(path),
        };
        let depth = match directory.as_str() {
            "." => 0,
            directory => directory.split('/').count(),
        };
        (std::cmp::Reverse(depth), directory)
    });
    Ok(functions)
}

/// The functions in the YAML files of `directories`, in the order of these. Those in containers see all
/// objects; programs those of the same place in the package.
///
/// # Errors
/// When one cannot be read.
pub fn from_directories(
    directories: &[PathBuf],
    reader: &mut Reader,
) -> Result<Vec<ConfiguredFunction>> {
    let mut functions = Vec::new();
    for directory in directories {
        for object in reader.package_to_read(directory)? {
            if let Some(mut function) = ConfiguredFunction::of(&object, reader)? {
                function.is_global = function.function.is_container();
                functions.push(function);
            }
        }
    }
    Ok(functions)
}

/// The function with an `image`, or else the program at `program`, configured by a config map with
/// `arguments`, each `KEY=VALUE`; the first may be another kind.
///
/// # Errors
/// When an argument has no `=`.
pub fn explicit(
    image: &str,
    program: &Path,
    network: bool,
    arguments: &[String],
    reader: &mut Reader,
) -> Result<ConfiguredFunction> {
    let mut kind = "ConfigMap";
    let mut data = Mapping::new();
    for (at, argument) in arguments.iter().enumerate() {
        match argument.split_once('=') {
            Some((key, value)) => drop(data.insert(key, plain(value))),
            None if at == 0 => kind = argument,
            None => {
                let message = format!("`{argument}` is no argument of a function");
                return Err(Diagnostic::error("bad-argument", message)
                    .expecting("KEY=VALUE; only the first may be a kind"));
            }
        }
    }
    let how = if image.is_empty() {
        let path = Value::string(program.display().to_string());
        Mapping::from([("exec", Mapping::from([("path", path)]).into())])
    } else {
        let mut container = Mapping::from([("image", Value::string(image))]);
        if network {
            container.insert("network", Value::bool(true));
        }
        Mapping::from([("container", container.into())])
    };
    let how = crate::output::compact(&how.into())?;
    let annotations = Mapping::from([("config.kubernetes.io/function", Value::string(how))]);
    let mut data = Value::from(data);
    data.style = Style::Flow;
    let config = Mapping::from([
        (
            "metadata",
            Mapping::from([
                ("name", Value::string("function-input")),
                ("annotations", annotations.into()),
            ])
            .into(),
        ),
        ("data", data),
        ("kind", Value::string(kind)),
        ("apiVersion", Value::string("v1")),
    ]);
    let function = ConfiguredFunction::of(&config.into(), reader)?;
    let mut function = function.expect("it has the annotation of a function");
    function.is_global = true;
    Ok(function)
}

/// A value as it would be read without quotes, which the function is to judge.
fn plain(text: &str) -> Value {
    match parse_document(text, ParseOptions::default()) {
        Ok(value)
            if value
                .as_scalar()
                .is_some_and(|scalar| scalar.text() == text) =>
        {
            value
        }
        _ => Value::string(text),
    }
}
