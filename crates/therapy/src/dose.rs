//! One dose as meant: what, how much, by which route, how long held, and when.

use crate::entry::{Entry, Key, Value};
use crate::plausible;
use crate::problem::Notebook;
use crate::quantity::{Kind, Quantity, written};
use crate::reading::{Confirmed, Reasons, choice, flag, list, measure, missing, number, quantity};
use crate::typed;

/// How a dose enters the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Under the tongue.
    Sublingual,
    /// Between gum and cheek.
    Buccal,
    /// Swallowed at once.
    Oral,
    /// Swallowed, released over hours.
    OralExtended,
    /// Sprayed into the nose.
    Intranasal,
    /// Into a muscle.
    Intramuscular,
    /// Under the skin.
    Subcutaneous,
    /// Into a vein.
    Intravenous,
    /// Into the rectum.
    Rectal,
}

/// Words for the routes.
pub const ROUTES: &[(&str, Route)] = &[
    ("sublingual", Route::Sublingual),
    ("buccal", Route::Buccal),
    ("oral", Route::Oral),
    ("oral extended release", Route::OralExtended),
    ("intranasal", Route::Intranasal),
    ("intramuscular", Route::Intramuscular),
    ("subcutaneous", Route::Subcutaneous),
    ("intravenous", Route::Intravenous),
    ("rectal", Route::Rectal),
];

impl Route {
    /// The word for it.
    pub fn word(self) -> &'static str {
        ROUTES.iter().find(|(_, route)| *route == self).map_or("", |(word, _)| word)
    }

    /// Whether the dose is held in the mouth.
    pub fn is_held(self) -> bool {
        matches!(self, Route::Sublingual | Route::Buccal)
    }
}

/// What the tablet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Orally disintegrating tablet, gone in about a minute.
    Odt,
    /// Slow lozenge or troche.
    Troche,
    /// Thin film.
    Film,
    /// Thin film with the inputs that Simons 2022 published, for comparison with that paper.
    PublishedFilm,
    /// Solution.
    Solution,
    /// Tablet that is swallowed.
    Tablet,
    /// Nasal spray.
    Spray,
}

/// Words for the products.
pub const PRODUCTS: &[(&str, Product)] = &[
    ("odt", Product::Odt),
    ("wafer", Product::Odt),
    ("troche", Product::Troche),
    ("lozenge", Product::Troche),
    ("film", Product::Film),
    ("published film", Product::PublishedFilm),
    ("solution", Product::Solution),
    ("tablet", Product::Tablet),
    ("spray", Product::Spray),
];

/// Mirror images of the molecule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enantiomer {
    /// Half S, half R.
    Racemic,
    /// S-ketamine (esketamine).
    S,
    /// R-ketamine (arketamine).
    R,
}

/// What the amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Free base.
    Base,
    /// Hydrochloride.
    Hydrochloride,
}

/// How much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Milligrams.
    Milligrams(f64),
    /// Milligrams per kilogram of body weight.
    MilligramsPerKilogram(f64),
}

/// One dose. Times are hours from the first dose of the protocol (negative: before it).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// When, h.
    pub time: f64,
    /// How it enters.
    pub route: Route,
    /// What it is.
    pub product: Product,
    /// Mirror images.
    pub enantiomer: Enantiomer,
    /// How much, on the basis below.
    pub amount: Amount,
    /// Base or hydrochloride.
    pub basis: Basis,
    /// Time in the mouth, h; 0 where nothing is held.
    pub hold: f64,
    /// Whether the mouth is swished.
    pub swish: bool,
    /// Acidity of the saliva; `None` = the model's.
    pub saliva_ph: Option<f64>,
    /// Share of the rest that is swallowed after the hold, 0 to 1.
    pub swallowed: f64,
    /// Length of an infusion or an extended release, h; 0 = at once.
    pub over: f64,
    /// Nasal devices over which the amount is divided.
    pub devices: u32,
    /// Time between the devices, h.
    pub device_interval: f64,
}

impl Dose {
    /// Milligrams of the basis for this body weight in kg.
    pub fn milligrams(&self, weight_kg: f64) -> f64 {
        match self.amount {
            Amount::Milligrams(milligrams) => milligrams,
            Amount::MilligramsPerKilogram(per_kilogram) => per_kilogram * weight_kg,
        }
    }
}

fn key(name: &str) -> &'static Key {
    typed::Dose::KEYS.iter().find(|k| k.name == name).unwrap_or(&typed::Dose::KEYS[0])
}

/// What one [[dose]] table means: its doses in time, and what was confirmed. Nothing if a problem was noted.
/// A hold may not outlast the session, whose length is given in hours.
pub fn meant(typed: typed::Dose, session: f64, notebook: &mut Notebook) -> Option<(Vec<Dose>, Vec<Confirmed>)> {
    let place = "dose";
    for (name, present) in
        [("route", typed.route.is_some()), ("amount", typed.amount.is_some()), ("basis", typed.basis.is_some())]
    {
        if !present {
            missing(&typed.span, key(name), place, notebook);
        }
    }
    let mut reasons = Reasons::read(typed.confirm, &["amount", "hold", "over", "release", "every"], notebook);
    let route = choice(typed.route, "route", ROUTES, notebook);
    let enantiomers = [("racemic", Enantiomer::Racemic), ("S", Enantiomer::S), ("R", Enantiomer::R)];
    let enantiomer =
        optional(typed.enantiomer, Enantiomer::Racemic, |e| choice(Some(e), "enantiomer", &enantiomers, notebook));
    let bases = [("base", Basis::Base), ("hydrochloride", Basis::Hydrochloride), ("HCl", Basis::Hydrochloride)];
    let basis = choice(typed.basis, "basis", &bases, notebook);
    let ranges = plausible::dose(route.unwrap_or(Route::Oral));
    let amount = quantity(typed.amount, "amount", ranges, &mut reasons, notebook).map(|read| match read {
        Quantity { value, kind: Kind::MassPerWeight } => Amount::MilligramsPerKilogram(value),
        Quantity { value, .. } => Amount::Milligrams(value),
    });
    let times = schedule(
        &typed.span,
        Schedule { first: typed.first, every: typed.every, times: typed.times, at: typed.at },
        &mut reasons,
        notebook,
    );
    let swish = optional(typed.swish, false, |e| flag(Some(e), "swish", notebook));
    let saliva_ph = match typed.saliva_ph {
        Some(entry) => Some(number(Some(entry), "saliva_ph", (4.0, 9.0), false, notebook)?),
        None => None,
    };
    let route = route?;
    let usual = match route {
        Route::Sublingual | Route::Buccal => Product::Odt,
        Route::Intranasal => Product::Spray,
        Route::Oral | Route::OralExtended | Route::Rectal => Product::Tablet,
        _ => Product::Solution,
    };
    let product = optional(typed.product, usual, |e| choice(Some(e), "product", PRODUCTS, notebook));

    let mut only_for = |entry: &Option<Entry>, name: &str, fits: bool, whom: &str| {
        if let (Some(entry), false) = (entry, fits) {
            let cause = format!("the route is {}", route.word());
            let remedy = format!("remove the line, or choose {whom} as route");
            notebook.note(&entry.span, format!("`{name}` belongs to {whom}"), cause, remedy);
        }
    };
    only_for(&typed.hold, "hold", route.is_held(), "sublingual or buccal");
    only_for(&typed.after_hold, "after_hold", route.is_held(), "sublingual or buccal");
    only_for(&typed.devices, "devices", route == Route::Intranasal, "intranasal");
    only_for(&typed.device_interval, "device_interval", route == Route::Intranasal, "intranasal");
    only_for(&typed.over, "over", route == Route::Intravenous, "intravenous");
    only_for(&typed.release, "release", route == Route::OralExtended, "oral extended release");
    if route.is_held() && typed.hold.is_none() {
        missing(&typed.span, key("hold"), place, notebook);
    }
    if route.is_held() && typed.after_hold.is_none() {
        missing(&typed.span, key("after_hold"), place, notebook);
    }
    if route == Route::OralExtended && typed.release.is_none() {
        missing(&typed.span, key("release"), place, notebook);
    }
    let hold = optional(typed.hold, 0.0, |e| held(e, session, &mut reasons, notebook));
    let (length, name) = if typed.over.is_some() { (typed.over, "over") } else { (typed.release, "release") };
    let over = optional(length, 0.0, |e| {
        quantity(Some(e), name, plausible::DURATION, &mut reasons, notebook).map(|q| q.value)
    });
    let devices = optional(typed.devices, 1.0, |e| whole(e, "devices", 12.0, notebook));
    let device_interval = optional(typed.device_interval, 5.0 / 60.0, |e| {
        let range = plausible::DEVICE_INTERVAL;
        quantity(Some(e), "device_interval", range, &mut reasons, notebook).map(|q| q.value)
    });
    let swallowed = optional(typed.after_hold, 1.0, |e| after_hold(e, notebook));
    let dose = Dose {
        time: 0.0,
        route,
        product: product?,
        enantiomer: enantiomer?,
        amount: amount?,
        basis: basis?,
        hold: hold?,
        swish: swish?,
        saliva_ph,
        swallowed: swallowed?,
        over: over?,
        devices: devices? as u32,
        device_interval: device_interval?,
    };
    let doses = times?.into_iter().map(|time| Dose { time, ..dose }).collect();
    Some((doses, reasons.used))
}

fn optional<T>(entry: Option<Entry>, usual: T, read: impl FnOnce(Entry) -> Option<T>) -> Option<T> {
    match entry {
        Some(entry) => read(entry),
        None => Some(usual),
    }
}

/// A whole number from 1 on.
fn whole(entry: Entry, key: &str, most: f64, notebook: &mut Notebook) -> Option<f64> {
    let place = entry.span.clone();
    let count = number(Some(entry), key, (1.0, most), false, notebook)?;
    if count.fract() != 0.0 {
        let remedy = format!("write {key} = {}", count.round());
        notebook.note(&place, format!("`{key}` has to be a whole number"), format!("{count} was read"), remedy);
        return None;
    }
    Some(count)
}

/// The hold, h; not longer than the session.
fn held(entry: Entry, session: f64, reasons: &mut Reasons, notebook: &mut Notebook) -> Option<f64> {
    let read = measure(&entry, "hold", plausible::HOLD, notebook)?;
    if read.value > session {
        let length = written(session, Kind::Time);
        notebook.note(
            &entry.span,
            format!("`hold` = {read} is longer than the session"),
            format!("the session ends after {length}"),
            "shorten the hold, or write a longer length in [session]",
        );
        return None;
    }
    quantity(Some(entry), "hold", plausible::HOLD, reasons, notebook).map(|q| q.value)
}

/// `swallow`, `spit`, or the share that is swallowed.
fn after_hold(entry: Entry, notebook: &mut Notebook) -> Option<f64> {
    let is_share = match &entry.value {
        Value::Text(text) => text.trim().starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.'),
        Value::Number(_) => true,
        _ => false,
    };
    if is_share {
        return number(Some(entry), "after_hold", (0.0, 1.0), true, notebook);
    }
    choice(Some(entry), "after_hold", &[("swallow", 1.0), ("spit", 0.0)], notebook)
}

struct Schedule {
    first: Option<Entry>,
    every: Option<Entry>,
    times: Option<Entry>,
    at: Option<Entry>,
}

/// The times of the doses, h, ascending.
fn schedule(
    span: &std::ops::Range<usize>,
    typed: Schedule,
    reasons: &mut Reasons,
    notebook: &mut Notebook,
) -> Option<Vec<f64>> {
    let mut none = Reasons::default();
    if let Some(at) = typed.at {
        if typed.first.is_some() || typed.every.is_some() || typed.times.is_some() {
            let cause = "`at` names each time, and first, every or times make times too";
            notebook.note(&at.span, "two schedules for one dose", cause, "keep `at`, or keep first, every and times");
            return None;
        }
        let place = at.span.clone();
        let items = list(Some(at));
        if items.is_empty() {
            notebook.note(&place, "`at` names no time", "the list is empty", "write at = [\"0 d\", \"7 d\"]");
            return None;
        }
        let mut times = Vec::new();
        for item in items {
            times.push(quantity(Some(item), "at", plausible::MOMENT, &mut none, notebook)?.value);
        }
        times.sort_by(f64::total_cmp);
        return Some(times);
    }
    let first = optional(typed.first, 0.0, |e| {
        quantity(Some(e), "first", plausible::MOMENT, &mut none, notebook).map(|q| q.value)
    })?;
    let count = match typed.times {
        None => 1.0,
        Some(entry) => whole(entry, "times", 10_000.0, notebook)?,
    };
    match typed.every {
        Some(entry) => {
            let every = measure_interval(entry, reasons, notebook)?;
            Some((0..count as u32).map(|i| first + every * f64::from(i)).collect())
        }
        None if count > 1.0 => {
            let remedy = "add a line such as every = \"3.5 d\"";
            notebook.note(
                span,
                "`every` is missing in [dose]",
                format!("{count} doses need a time between them"),
                remedy,
            );
            None
        }
        None => Some(vec![first]),
    }
}

fn measure_interval(entry: Entry, reasons: &mut Reasons, notebook: &mut Notebook) -> Option<f64> {
    let read = measure(&entry, "every", plausible::INTERVAL, notebook)?;
    if read.value == 0.0 {
        notebook.note(&entry.span, "`every` is zero", "all doses would fall together", "write every = \"3.5 d\"");
        return None;
    }
    quantity(Some(entry), "every", plausible::INTERVAL, reasons, notebook).map(|q| q.value)
}
