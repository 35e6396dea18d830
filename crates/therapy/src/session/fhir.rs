//! Session records as a FHIR R4 Bundle: Observation, MedicationAdministration, QuestionnaireResponse; out and in.
//!
//! Pressures, pulse and saturation carry their LOINC codes, the other readings codes of this project's own system;
//! the log of the session (gates, states, events, escalations, deviations) is a QuestionnaireResponse.
//! What another system adds is left aside on reading, but what is read is validated as strictly as the CSV.

use super::calendar;
use super::record::Record;
use super::table::{Complaint, Item, READINGS, items, put, whole};
use crate::nearest::{edits, nearest};
use serde_json::{Value, json};

const LOINC: &str = "http://loinc.org";
const UCUM: &str = "http://unitsofmeasure.org";
/// The code system of readings without a LOINC code.
pub const OWN: &str = "https://github.com/resynapse/resynapse/session";

/// Reading, system, code, UCUM unit.
const CODES: [(&str, &str, &str, &str); 7] = [
    ("systolic", LOINC, "8480-6", "mm[Hg]"),
    ("diastolic", LOINC, "8462-4", "mm[Hg]"),
    ("pulse", LOINC, "8867-4", "/min"),
    ("saturation", LOINC, "59408-5", "%"),
    ("moaas", OWN, "moaas", "{score}"),
    ("cadss3", OWN, "cadss3", "{score}"),
    ("nausea", OWN, "nausea", "{score}"),
];

/// A bundle that cannot be read: where in it, what, cause, remedy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}: {path}: {what}\n  cause: {cause}\n  remedy: {remedy}")]
pub struct BundleError {
    /// Name of the file as given.
    pub file: String,
    /// Path inside the bundle: `entry[3].resource.valueQuantity`.
    pub path: String,
    /// What is wrong.
    pub what: String,
    /// Why.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

fn moment(record: &Record, minute: f64) -> String {
    let start = calendar::parse(&record.date).unwrap_or(0);
    calendar::write(start + (minute * 60.0).round() as i64)
}

/// Records as one bundle of type `collection`.
pub fn write(records: &[Record]) -> Value {
    let mut entries = Vec::new();
    for record in records {
        let subject = json!({ "reference": format!("Patient/{}", record.patient) });
        let encounter = format!("{}-session-{}", record.patient, record.session);
        let mut log = Vec::new();
        for item in items(record) {
            let Some((name, system, code, unit)) = CODES.iter().find(|(n, ..)| *n == item.name) else {
                log.push(answer(record, &item));
                continue;
            };
            let minute = item.minute.unwrap_or(0.0);
            let value: f64 = item.value.parse().unwrap_or(0.0);
            entries.push(json!({ "resource": {
                "resourceType": "Observation",
                "status": "final",
                "subject": subject,
                "encounter": { "identifier": { "system": OWN, "value": encounter } },
                "code": { "coding": [{ "system": system, "code": code }], "text": name },
                "effectiveDateTime": moment(record, minute),
                "valueQuantity": { "value": value, "system": UCUM, "code": unit }
            }}));
        }
        entries.push(json!({ "resource": {
            "resourceType": "MedicationAdministration",
            "status": if record.dosed { "completed" } else { "not-done" },
            "subject": subject,
            "context": { "identifier": { "system": OWN, "value": encounter } },
            "medicationCodeableConcept": { "text": format!("ketamine {}", record.product) },
            "effectivePeriod": { "start": moment(record, 0.0), "end": moment(record, record.hold_min) },
            "dosage": { "dose": { "value": record.dose_mg, "system": UCUM, "code": "mg" }, "text": record.disposition }
        }}));
        entries.push(json!({ "resource": {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "questionnaire": OWN,
            "subject": subject,
            "authored": moment(record, 0.0),
            "identifier": { "system": OWN, "value": encounter },
            "item": log
        }}));
    }
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}

/// One answer of the log; its time is in the link: `state@35`.
fn answer(_record: &Record, item: &Item) -> Value {
    let link = item.minute.map_or(item.name.clone(), |m| format!("{}@{m}", item.name));
    json!({ "linkId": link, "answer": [{ "valueString": item.value }] })
}

/// Reads a bundle.
///
/// # Errors
/// The first thing that is wrong, with its path in the bundle.
pub fn read(file: &str, text: &str) -> Result<Vec<Record>, BundleError> {
    let at = |path: &str, (what, cause, remedy): Complaint| BundleError {
        file: file.to_owned(),
        path: path.to_owned(),
        what,
        cause,
        remedy,
    };
    let bad =
        |path: &str, what: &str, cause: String, remedy: &str| at(path, (what.to_owned(), cause, remedy.to_owned()));
    let bundle: Value = serde_json::from_str(text).map_err(|e| {
        bad(&format!("line {} column {}", e.line(), e.column()), "this is not JSON", e.to_string(), "export it again")
    })?;
    if bundle["resourceType"] != "Bundle" {
        let cause = format!("`resourceType` is {}", bundle["resourceType"]);
        return Err(bad("resourceType", "this is not a FHIR bundle", cause, "export a Bundle of FHIR R4"));
    }
    let Some(entries) = bundle["entry"].as_array() else {
        return Err(bad("entry", "the bundle is empty", "`entry` is no list".into(), "export the session's resources"));
    };
    let resources: Vec<(String, &Value)> =
        entries.iter().enumerate().map(|(i, e)| (format!("entry[{i}].resource"), &e["resource"])).collect();
    for (path, resource) in &resources {
        kind(resource).map_err(|c| at(&format!("{path}.resourceType"), c))?;
    }
    let mut records: Vec<(String, Record)> = Vec::new();
    for (path, log) in resources.iter().filter(|(_, r)| r["resourceType"] == "QuestionnaireResponse") {
        records.push(session(path, log, &at)?);
    }
    if records.is_empty() {
        let remedy = "include the QuestionnaireResponse that holds the log of the session";
        return Err(bad("entry", "no session log", "no QuestionnaireResponse was found".into(), remedy));
    }
    for (path, observation) in resources.iter().filter(|(_, r)| r["resourceType"] == "Observation") {
        reading(path, observation, &mut records, &at)?;
    }
    for (path, given) in resources.iter().filter(|(_, r)| r["resourceType"] == "MedicationAdministration") {
        let status = given["status"].as_str().unwrap_or("");
        if !["completed", "not-done", "stopped", "in-progress"].contains(&status) {
            let cause = format!("\"{status}\" was read");
            return Err(bad(
                &format!("{path}.status"),
                "unknown status",
                cause,
                "completed, not-done, stopped or in-progress",
            ));
        }
    }
    let mut done = Vec::new();
    for (path, record) in records {
        whole(&record).map_err(|c| at(&path, c))?;
        done.push(record);
    }
    Ok(done)
}

type At<'a> = dyn Fn(&str, Complaint) -> BundleError + 'a;

/// What is read; other resources that a bundle may hold, such as Patient or Device, are passed over.
const READ: [&str; 3] = ["QuestionnaireResponse", "Observation", "MedicationAdministration"];
/// Edits that make a name a slip of one that is read: no other resource of FHIR R4 is as near.
const SLIP: usize = 3;

/// Refuses a resource that says nothing of its kind, or nearly the name of one that is read.
fn kind(resource: &Value) -> Result<(), Complaint> {
    let Some(kind) = resource["resourceType"].as_str() else {
        let cause = format!("it is {}", resource["resourceType"]);
        return Err(complaint("a resource of no kind", cause, "write its `resourceType`"));
    };
    match nearest(kind, READ) {
        Some(near) if near != kind && edits(near, kind) <= SLIP => {
            let what = format!("unknown resource `{kind}`");
            Err((what, format!("read are: {}", READ.join(", ")), format!("did you mean `{near}`?")))
        }
        _ => Ok(()),
    }
}

fn complaint(what: &str, cause: String, remedy: &str) -> Complaint {
    (what.to_owned(), cause, remedy.to_owned())
}

fn session(path: &str, log: &Value, at: &At<'_>) -> Result<(String, Record), BundleError> {
    let subject = log["subject"]["reference"].as_str().and_then(|r| r.strip_prefix("Patient/"));
    let Some(patient) = subject.filter(|p| !p.is_empty()) else {
        let cause = format!("it is {}", log["subject"]["reference"]);
        return Err(at(
            &format!("{path}.subject.reference"),
            complaint("no patient", cause, "write Patient/ and an identifier"),
        ));
    };
    let name = log["identifier"]["value"].as_str().unwrap_or("");
    let number = name.rsplit("-session-").next().and_then(|n| n.parse::<u32>().ok());
    let Some(number) = number.filter(|n| *n > 0) else {
        let cause = format!("\"{name}\" was read");
        let remedy = "write the patient, -session- and its number, counted from 1";
        return Err(at(&format!("{path}.identifier.value"), complaint("no session number", cause, remedy)));
    };
    let mut record = Record { patient: patient.to_owned(), session: number, ..Record::default() };
    let empty = Vec::new();
    for (i, entry) in log["item"].as_array().unwrap_or(&empty).iter().enumerate() {
        let place = format!("{path}.item[{i}]");
        let Some(link) = entry["linkId"].as_str() else {
            return Err(at(&place, complaint("an answer without a question", "`linkId` is missing".into(), "add it")));
        };
        let value = &entry["answer"][0];
        let text = ["valueString", "valueDecimal", "valueInteger", "valueBoolean", "valueDateTime"]
            .iter()
            .find_map(|kind| value.get(kind))
            .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        let Some(value) = text else {
            let remedy = "give one valueString, valueDecimal, valueInteger, valueBoolean or valueDateTime";
            return Err(at(
                &format!("{place}.answer"),
                complaint("an empty answer", "no value was found".into(), remedy),
            ));
        };
        let (name, minute) = match link.rsplit_once('@') {
            Some((name, minute)) => (name, minute.parse().ok()),
            None => (link, None),
        };
        put(&mut record, &Item { minute, name: name.to_owned(), value }).map_err(|c| at(&place, c))?;
    }
    Ok((path.to_owned(), record))
}

fn reading(path: &str, observation: &Value, records: &mut [(String, Record)], at: &At<'_>) -> Result<(), BundleError> {
    let codings = observation["code"]["coding"].as_array();
    let known = codings.into_iter().flatten().find_map(|coding| {
        CODES.iter().find(|(_, system, code, _)| coding["system"] == **system && coding["code"] == **code)
    });
    // Something else that another system measured.
    let Some((name, _, _, unit)) = known else { return Ok(()) };
    let quantity = &observation["valueQuantity"];
    let Some(value) = quantity["value"].as_f64() else {
        let cause = format!("it is {}", quantity["value"]);
        return Err(at(
            &format!("{path}.valueQuantity.value"),
            complaint("a reading without a number", cause, "give a number"),
        ));
    };
    let given = quantity["code"].as_str().unwrap_or("");
    if given != *unit {
        let words = READINGS.iter().find(|(n, ..)| n == name).map_or("", |(.., words)| words);
        let cause = format!("\"{given}\" was read; {name} is in {words}");
        return Err(at(
            &format!("{path}.valueQuantity.code"),
            complaint("another unit", cause, &format!("convert it to {unit}")),
        ));
    }
    let when = observation["effectiveDateTime"].as_str().unwrap_or("");
    let Some(seconds) = calendar::parse(when) else {
        let cause = format!("\"{when}\" was read");
        return Err(at(
            &format!("{path}.effectiveDateTime"),
            complaint("no usable time", cause, "write it as 2026-01-05T09:00:00Z"),
        ));
    };
    let encounter = observation["encounter"]["identifier"]["value"].as_str().unwrap_or("");
    let own = |r: &Record| format!("{}-session-{}", r.patient, r.session) == encounter;
    let found = records.iter_mut().find(|(_, r)| own(r));
    let Some((_, record)) = found else {
        let cause = format!("\"{encounter}\" was read");
        let remedy = "give it the identifier of a session log in the same bundle";
        return Err(at(
            &format!("{path}.encounter.identifier.value"),
            complaint("a reading of no session", cause, remedy),
        ));
    };
    let start = calendar::parse(&record.date).unwrap_or(seconds);
    let minute = Some((seconds - start) as f64 / 60.0);
    put(record, &Item { minute, name: (*name).to_owned(), value: value.to_string() }).map_err(|c| at(path, c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use crate::session::conduct::{Mishap, Signals, conduct, tests::situation};
    use crate::session::rules::Rules;
    use crate::session::table;

    fn records() -> Vec<Record> {
        let minutes: Vec<f64> = (0..=180).map(f64::from).collect();
        let felt: Vec<f64> = minutes.iter().map(|m| 0.5 * (-((m - 40.0) / 20.0) * ((m - 40.0) / 20.0)).exp()).collect();
        let signals = Signals {
            cadss: felt.iter().map(|f| 50.0 * f).collect(),
            sedation: felt.iter().map(|f| 0.2 * f).collect(),
            systolic: felt.iter().map(|f| 120.0 + 30.0 * f).collect(),
            diastolic: felt.iter().map(|f| 75.0 + 20.0 * f).collect(),
            pulse: vec![70.0; 181],
            nausea: felt.iter().map(|f| 6.0 * f).collect(),
            felt,
            minutes,
        };
        [vec![], vec![Mishap::Swallowed(2.0, 0.3), Mishap::MissedCheck(15.0), Mishap::Agitation(30.0, 35.0)]]
            .into_iter()
            .enumerate()
            .map(|(i, mishaps)| {
                let mut now = situation();
                now.session = i as u32 + 1;
                now.mishaps = mishaps;
                now.proneness = 6.0;
                let mut record = conduct(&now, &signals, &Rules::default(), Stream::new(5, "", i as u64, "session"));
                record.scores = vec![("PHQ-9".into(), 11.0)];
                record.provenance = "seed 5".into();
                record
            })
            .collect()
    }

    fn sorted(mut records: Vec<Record>) -> Vec<Record> {
        for r in &mut records {
            for list in [&mut r.systolic, &mut r.diastolic, &mut r.pulse, &mut r.moaas, &mut r.cadss3, &mut r.nausea] {
                list.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
        }
        records
    }

    #[test]
    fn bundle_and_table_give_the_record_back() {
        let records = sorted(records());
        assert!(records[1].events.iter().any(|e| e.term == "nausea") || !records[1].events.is_empty());
        let text = write(&records).to_string();
        assert_eq!(read("b.json", &text).unwrap(), records);
        assert_eq!(table::read("r.csv", &table::write(&records)).unwrap(), records);
    }

    #[test]
    fn a_malformed_bundle_is_refused_with_its_place() {
        let good = write(&records()[..1]).to_string();
        for (from, to, parts) in [
            ("\"resourceType\":\"Bundle\"", "\"resourceType\":\"Patient\"", &["this is not a FHIR bundle"][..]),
            (
                "\"resourceType\":\"Observation\"",
                "\"resourceType\":\"Observatoin\"",
                &["unknown resource `Observatoin`", "did you mean `Observation`"],
            ),
            ("\"resourceType\":\"Observation\"", "\"resource\":\"Observation\"", &["a resource of no kind"]),
            ("mm[Hg]", "kPa", &["entry[", "another unit", "convert it to mm[Hg]"]),
            ("Patient/1", "Person/1", &["no patient"]),
            ("-session-1", "-session-0", &["no session number", "a reading of no session"]),
            ("\"valueString\":\"true\"", "\"valueString\":\"perhaps\"", &["is either true or false"]),
            ("\"linkId\":\"weight\"", "\"linkId\":\"wieght\"", &["unknown item `wieght`", "did you mean `weight`"]),
            ("\"status\":\"completed\",\"subject\"", "\"status\":\"maybe\",\"subject\"", &["unknown status"]),
            ("2026-01-05T09:00:00Z\"}],\"linkId\":\"date\"", "yesterday\"}],\"linkId\":\"date\"", &["is no date"]),
        ] {
            assert!(good.contains(from), "{from}");
            let error = read("b.json", &good.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains("cause:") && error.contains("remedy:"), "{error}");
            assert!(parts.iter().any(|p| error.contains(p)), "{to}:\n{error}");
        }
        assert!(read("b.json", &good[..good.len() / 2]).unwrap_err().to_string().contains("this is not JSON"));
    }

    #[test]
    fn a_malformed_table_is_refused_with_its_line() {
        let good = table::write(&records()[..1]);
        for (from, to, part) in [
            ("patient,session", "who,session", "this is not a session record"),
            (",systolic,", ",sistolic,", "did you mean `systolic`"),
            (",dose_mg,150", ",dose_mg,-3", "out of range"),
            (",dose_mg,150", ",dose_mg,0", "has no amount"),
            (",state,peak", ",state,top", "unknown state"),
            ("1,1,,date", "1,1,,product", "no date"),
        ] {
            assert!(good.contains(from), "{from}");
            let error = table::read("r.csv", &good.replace(from, to)).expect_err(to).to_string();
            assert!(error.starts_with("r.csv:") && error.contains(part), "{to}:\n{error}");
        }
    }
}
