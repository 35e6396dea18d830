//! What was typed in a TOML file: values as written, each with the bytes it stands at.

use crate::problem::Notebook;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Bytes of the file.
    pub span: Range<usize>,
    /// The value.
    pub value: Value,
}

/// The kinds of value that these files use.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A quoted text.
    Text(String),
    /// A bare number, also NaN and infinity.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A list.
    List(Vec<Entry>),
    /// A table of keys.
    Table(Vec<(Entry, Entry)>),
    /// A date or time of day, which no key takes.
    Date(String),
}

impl Value {
    /// The kind in words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a text",
            Value::Number(_) => "a bare number",
            Value::Flag(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Date(_) => "a date",
        }
    }
}

/// Reads a TOML text; notes a syntax error with its place, or that the file is empty.
pub fn read(text: &str, notebook: &mut Notebook) -> Option<Entry> {
    if text.trim().is_empty() {
        notebook.note(&(0..0), "the file is empty", "there is nothing to read", "copy one from `examples/`");
        return None;
    }
    match DeTable::parse(text) {
        Ok(table) => {
            let span = table.span();
            Some(Entry { span, value: table_value(table.into_inner()) })
        }
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let remedy = "see https://toml.io for how such a file is written; texts and quantities stand in quotes";
            notebook.note(&span, "this is not TOML", error.message().trim(), remedy);
            None
        }
    }
}

fn table_value(table: DeTable<'_>) -> Value {
    let mut items: Vec<(Entry, Entry)> = table
        .into_iter()
        .map(|(key, value)| {
            let name = Entry { span: key.span(), value: Value::Text(key.into_inner().into_owned()) };
            let span = value.span();
            (name, Entry { span, value: value_of(value.into_inner()) })
        })
        .collect();
    items.sort_by_key(|(key, _)| key.span.start);
    Value::Table(items)
}

fn value_of(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits: String = number.as_str().chars().filter(|c| *c != '_').collect();
            Value::Number(i64::from_str_radix(&digits, number.radix()).map_or(f64::NAN, |n| n as f64))
        }
        DeValue::Float(number) => {
            let digits: String = number.as_str().chars().filter(|c| *c != '_').collect();
            Value::Number(digits.parse().unwrap_or(f64::NAN))
        }
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => Value::List(
            list.into_iter()
                .map(|item| {
                    let span = item.span();
                    Entry { span, value: value_of(item.into_inner()) }
                })
                .collect(),
        ),
        DeValue::Table(table) => table_value(table),
    }
}

/// One key of a file: its name, what it means, and an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As written in the file.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// An example of its value, as written.
    pub example: &'static str,
}

/// Declares the typed struct of a table: one optional entry per key, each with its meaning and an example.
/// Help, documentation and the message about an unknown key come from the same lines.
#[macro_export]
macro_rules! keys {
    ($(#[doc = $about:expr])* pub struct $struct:ident { $( $(#[doc = $doc:expr])* $name:ident = $example:literal ; )* }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $struct {
            /// Bytes of the whole table.
            pub span: std::ops::Range<usize>,
            $( $(#[doc = $doc])* pub $name: Option<$crate::entry::Entry>, )*
        }
        impl $struct {
            /// What this table is.
            pub const ABOUT: &str = concat!($($about),*);

            /// Every key of this table.
            pub const KEYS: &[$crate::entry::Key] = &[
                $( $crate::entry::Key { name: stringify!($name), doc: concat!($($doc),*), example: $example }, )*
            ];

            /// Sorts the keys of a table into place; notes the ones it does not know.
            pub fn read(table: $crate::entry::Entry, place: &str, notebook: &mut $crate::problem::Notebook) -> Self {
                let mut typed = Self { span: table.span.clone(), ..Self::default() };
                let $crate::entry::Value::Table(items) = table.value else {
                    let found = table.value.kind();
                    notebook.note(
                        &table.span,
                        format!("`{place}` has to be a table"),
                        format!("{found} stands here"),
                        format!("write it as [{place}] with one key per line"),
                    );
                    return typed;
                };
                for (key, entry) in items {
                    let $crate::entry::Value::Text(name) = &key.value else { continue };
                    match name.as_str() {
                        $( stringify!($name) => typed.$name = Some(entry), )*
                        unknown => $crate::entry::unknown_key(unknown, &key.span, place, Self::KEYS, notebook),
                    }
                }
                typed
            }
        }
    };
}

/// Notes an unknown key with the nearest known one and all that there are.
pub fn unknown_key(name: &str, span: &Range<usize>, place: &str, keys: &[Key], notebook: &mut Notebook) {
    let names = || keys.iter().map(|k| k.name);
    let all = names().collect::<Vec<_>>().join(", ");
    let close = crate::nearest::nearest(name, names()).unwrap_or("");
    let inside = if place.is_empty() { "here".to_owned() } else { format!("in [{place}]") };
    let meant = if crate::nearest::edits(name, close) * 2 <= name.chars().count() + 1 {
        format!("did you mean `{close}`?")
    } else {
        format!("the nearest known key is `{close}`; remove the line if it is not needed")
    };
    notebook.note(span, format!("unknown key `{name}`"), format!("known {inside} are: {all}"), meant);
}
