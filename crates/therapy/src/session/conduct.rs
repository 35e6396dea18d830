//! One session from the gates to discharge: what is checked, what is done about it, and what is written down.

use super::adverse::{Drivers, TYPICAL};
use super::record::{AdverseEvent, Escalation, Record, State};
use super::rules::Rules;
use crate::random::Stream;
use crate::trial::fitted::values::USUAL;

/// Signs over one session, minutes after the dose. All of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Times, min, ascending from 0.
    pub minutes: Vec<f64>,
    /// Felt effect, share of the strongest possible, 0 to 1.
    pub felt: Vec<f64>,
    /// Expected CADSS, 0 to 92.
    pub cadss: Vec<f64>,
    /// Sedation, 0 to 1.
    pub sedation: Vec<f64>,
    /// Systolic pressure, mmHg.
    pub systolic: Vec<f64>,
    /// Diastolic pressure, mmHg.
    pub diastolic: Vec<f64>,
    /// Pulse, per minute.
    pub pulse: Vec<f64>,
    /// Nausea, 0 to 10.
    pub nausea: Vec<f64>,
}

impl Signals {
    /// A sign at a time, linear between samples.
    fn at(&self, values: &[f64], minute: f64) -> f64 {
        let after = self.minutes.partition_point(|&m| m <= minute).clamp(1, self.minutes.len().max(2) - 1);
        match (self.minutes.get(after - 1).zip(self.minutes.get(after)), values.get(after - 1).zip(values.get(after))) {
            (Some((a, b)), Some((x, y))) => x + ((minute - a) / (b - a)).clamp(0.0, 1.0) * (y - x),
            _ => values.first().copied().unwrap_or(0.0),
        }
    }
}

/// Everything about one session that the model does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    /// Patient.
    pub patient: String,
    /// Number of the session, from 1.
    pub session: u32,
    /// When the dose is due, ISO 8601.
    pub date: String,
    /// Age, years.
    pub age: f64,
    /// Weight, kg.
    pub weight: f64,
    /// Product and dose.
    pub product: String,
    /// Dose, mg.
    pub dose_mg: f64,
    /// Hold, min.
    pub hold_min: f64,
    /// swallow, spit or partial.
    pub disposition: String,
    /// Supervisor; `None` = absent.
    pub monitor: Option<String>,
    /// Hours without food.
    pub fasted_h: f64,
    /// Alcohol or a sedative today.
    pub alcohol_or_sedative: bool,
    /// Pregnant.
    pub pregnant: bool,
    /// Suicidality screen (C-SSRS) positive.
    pub suicidal: bool,
    /// Last answer to PHQ-9 item 9, 0 to 3.
    pub item9: u32,
    /// Pressure before the dose, systolic and diastolic; `None` = the signals' first values.
    pub pressure: Option<(f64, f64)>,
    /// Other drugs to be watched.
    pub interaction_flags: Vec<String>,
    /// What goes wrong.
    pub mishaps: Vec<Mishap>,
    /// Whether the journal is written when prompted.
    pub journals: bool,
    /// Whether the next-day task is done.
    pub integrates: bool,
    /// The person's lasting proneness to adverse events, 1 = usual.
    pub proneness: f64,
}

/// Something that goes wrong; times in minutes after the dose.
#[derive(Clone, Debug, PartialEq)]
pub enum Mishap {
    /// This share of what is in the mouth is swallowed early.
    Swallowed(f64, f64),
    /// The patient vomits.
    Vomited(f64),
    /// The check nearest to this time is missed.
    MissedCheck(f64),
    /// The supervisor leaves.
    MonitorLeaves(f64),
    /// Agitation or panic from, to.
    Agitation(f64, f64),
    /// Chest pain, a seizure or suicidal intent.
    Alarm(f64, String),
    /// Pressure measured at a time, whatever the model says: minute, systolic, diastolic.
    Pressure(f64, f64, f64),
}

/// Standard deviation of a cuff reading around the model's pressure, mmHg; assumed.
pub const CUFF: f64 = 4.0;

struct Session<'a> {
    record: Record,
    rules: &'a Rules,
    signals: &'a Signals,
    situation: &'a Situation,
    stream: Stream,
}

/// Conducts a session. The same situation, signals and stream give the same record.
pub fn conduct(situation: &Situation, signals: &Signals, rules: &Rules, stream: Stream) -> Record {
    let mut session = Session { record: opened(situation), rules, signals, situation, stream };
    session.enter(-60.0, State::PreCheck);
    session.gates();
    if session.record.failed_gates.is_empty() {
        session.dosing();
        if session.record.last_state() != Some(State::Emergency) {
            session.leave();
        }
    }
    session.record
}

fn opened(situation: &Situation) -> Record {
    Record {
        patient: situation.patient.clone(),
        session: situation.session,
        date: situation.date.clone(),
        product: situation.product.clone(),
        dose_mg: situation.dose_mg,
        hold_min: situation.hold_min,
        disposition: situation.disposition.clone(),
        fasted_h: situation.fasted_h,
        monitor: situation.monitor.clone().unwrap_or_default(),
        interaction_flags: situation.interaction_flags.clone(),
        weight: situation.weight,
        item9: f64::from(situation.item9),
        ..Record::default()
    }
}

impl Session<'_> {
    fn enter(&mut self, time: f64, state: State) {
        if self.record.last_state() != Some(state) {
            self.record.states.push((time, state));
        }
    }

    fn escalate(&mut self, time: f64, trigger: &str, action: &str, outcome: &str) {
        let (trigger, action, outcome) = (trigger.to_owned(), action.to_owned(), outcome.to_owned());
        self.record.escalations.push(Escalation { time, trigger, action, outcome });
    }

    fn deviate(&mut self, time: f64, what: impl Into<String>) {
        self.record.deviations.push((time, what.into()));
    }

    /// A cuff reading; a mishap may put another pressure in the model's place.
    fn pressure(&mut self, time: f64) -> (f64, f64) {
        let model = (self.signals.at(&self.signals.systolic, time), self.signals.at(&self.signals.diastolic, time));
        let noise = (CUFF * self.stream.normal(), 0.6 * CUFF * self.stream.normal());
        let given = self.situation.mishaps.iter().find_map(|m| match m {
            Mishap::Pressure(at, s, d) if (*at - time).abs() < 5.0 => Some((*s, *d)),
            _ => None,
        });
        let read = given.unwrap_or((model.0 + noise.0, model.1 + noise.1));
        let read = (read.0.round(), read.1.round());
        self.record.systolic.push((time, read.0));
        self.record.diastolic.push((time, read.1));
        read
    }

    fn gates(&mut self) {
        let (s, rules) = (self.situation, self.rules);
        let (systolic, diastolic) = match s.pressure {
            Some((systolic, diastolic)) => {
                self.record.systolic.push((-5.0, systolic));
                self.record.diastolic.push((-5.0, diastolic));
                (systolic, diastolic)
            }
            None => self.pressure(-5.0),
        };
        let limit = if s.age > 65.0 { rules.gate_systolic_over_65 } else { rules.gate_systolic };
        let gates = [
            (s.monitor.is_none(), "supervisor absent", State::Rescheduled),
            (s.fasted_h < rules.fasting, "not fasted", State::Rescheduled),
            (s.alcohol_or_sedative, "alcohol or a sedative today", State::Rescheduled),
            (systolic > limit || diastolic > rules.gate_diastolic, "blood pressure", State::Rescheduled),
            (s.pregnant, "pregnant", State::Clinician),
            (s.suicidal, "suicidality screen positive", State::Clinician),
            (s.item9 >= rules.gate_item9, "PHQ-9 item 9", State::Clinician),
        ];
        let failed: Vec<_> = gates.iter().filter(|(failed, ..)| *failed).collect();
        let Some(first) = failed.first() else { return };
        self.record.failed_gates = failed.iter().map(|(_, name, _)| (*name).to_owned()).collect();
        let to_clinician = failed.iter().any(|(_, _, state)| *state == State::Clinician);
        let (state, action) = if to_clinician {
            (State::Clinician, "no dose; a clinician judges".to_owned())
        } else {
            (State::Rescheduled, format!("no dose; put off by at least {} h", rules.put_off))
        };
        let outcome = if to_clinician { "to the clinician" } else { "rescheduled" };
        self.enter(0.0, state);
        let trigger = format!("gate: {}", first.1);
        self.escalate(0.0, &trigger, &action, outcome);
    }

    fn dosing(&mut self) {
        self.record.dosed = true;
        self.enter(0.0, State::Dosing);
        let hold = self.situation.hold_min;
        let mut aborted: Option<f64> = None;
        for mishap in &self.situation.mishaps {
            match mishap {
                Mishap::Swallowed(time, share) if *time < hold => {
                    self.record.accidental_swallow = *share;
                    self.deviate(*time, format!("{:.0} % swallowed during the hold", 100.0 * share));
                }
                Mishap::Vomited(time) => {
                    let in_hold = *time < hold;
                    aborted = aborted.or(Some(*time).filter(|_| in_hold));
                    // What is left in the mouth goes in the hold; afterwards what is still in the stomach.
                    let lost = if in_hold { 1.0 - time / hold } else { 0.0 };
                    self.record.dose_lost = lost;
                    let action = if in_hold {
                        "hold stopped; loss recorded; no second dose"
                    } else {
                        "comforted; no second dose"
                    };
                    let (term, start, end) = ("vomiting".to_owned(), *time, time + 5.0);
                    self.record.events.push(AdverseEvent { term, grade: 2, start, end, action: action.to_owned() });
                    self.deviate(*time, action);
                }
                Mishap::MonitorLeaves(time) => {
                    self.record.monitor.push_str(" (left)");
                    self.deviate(*time, "supervisor left");
                    let action = "telehealth call, then the contact person";
                    self.escalate(*time, "supervisor left", action, "contact person came");
                }
                Mishap::Agitation(from, to) => {
                    let long = to - from > self.rules.agitation;
                    let action = if long { "calm presence; guide; clinician called" } else { "calm presence; guide" };
                    self.escalate(*from, "agitation or panic", action, "settled");
                }
                _ => {}
            }
        }
        if let Some(time) = aborted {
            self.enter(time, State::Aborted);
        }
        self.checks();
        // A pressure measured again stands after a check that came in between.
        self.record.systolic.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.record.diastolic.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.record.escalations.sort_by(|a, b| a.time.total_cmp(&b.time));
        self.record.deviations.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// Onset, peak, offset and recovery from the felt effect.
    fn phases(&mut self) -> (f64, f64) {
        let (minutes, felt) = (&self.signals.minutes, &self.signals.felt);
        let highest = felt.iter().copied().fold(0.0, f64::max);
        let at = |i: Option<usize>| i.and_then(|i| minutes.get(i).copied());
        if highest < self.rules.noticed {
            self.enter(self.situation.hold_min, State::Recovery);
            return (0.0, 0.0);
        }
        let peak_index = felt.iter().position(|&f| f == highest).unwrap_or(0);
        let onset = at(felt.iter().position(|&f| f >= self.rules.noticed));
        // What is felt little is noticed late and no longer noticed early: the phases stay in their order.
        let near = self.rules.noticed.max(0.8 * highest);
        let peak = at(felt.iter().position(|&f| f >= near));
        let after = |level: f64| at((peak_index..felt.len()).find(|&i| felt[i] < level));
        let (offset, over) = (after(near), after(self.rules.noticed));
        for (time, state) in
            [(onset, State::Onset), (peak, State::Peak), (offset, State::Offset), (over, State::Recovery)]
        {
            if let Some(time) = time {
                self.enter(time, state);
            }
        }
        (minutes.get(peak_index).copied().unwrap_or(0.0), over.unwrap_or(self.rules.latest))
    }

    fn checks(&mut self) {
        let (peak, over) = self.phases();
        let mut missed = 0;
        let checks = self.rules.checks.clone();
        for &time in &checks {
            if let Some((at, what)) = self.alarm_before(time) {
                self.escalate(at, &what, "emergency services", "taken over");
                self.enter(at, State::Emergency);
                return;
            }
            if self.situation.mishaps.iter().any(|m| matches!(m, Mishap::MissedCheck(at) if (at - time).abs() < 5.0)) {
                missed += 1;
                self.deviate(time, format!("check at {time} min missed"));
                if missed == self.rules.missed_checks {
                    let trigger = format!("{missed} checks missed");
                    self.escalate(time, &trigger, "telehealth call, then the contact person", "reached");
                }
                continue;
            }
            missed = 0;
            if !self.look(time) {
                return;
            }
        }
        let drivers = self.drivers(peak, over);
        let (proneness, session) = (self.situation.proneness, self.situation.session);
        let more = TYPICAL.draw(&drivers, proneness, session, &mut self.stream);
        self.record.events.extend(more);
        self.record.events.sort_by(|a, b| a.start.total_cmp(&b.start));
    }

    fn alarm_before(&self, time: f64) -> Option<(f64, String)> {
        self.situation.mishaps.iter().find_map(|m| match m {
            Mishap::Alarm(at, what) if *at <= time => Some((*at, what.clone())),
            _ => None,
        })
    }

    /// One check; false if emergency services took over.
    fn look(&mut self, time: f64) -> bool {
        let (systolic, diastolic) = self.pressure(time);
        let pulse = (self.signals.at(&self.signals.pulse, time) + 2.0 * self.stream.normal()).round();
        self.record.pulse.push((time, pulse));
        let alertness = (5.0 * (1.0 - self.signals.at(&self.signals.sedation, time))).round().clamp(0.0, 5.0);
        self.record.moaas.push((time, alertness));
        let cadss3 = (12.0 * self.signals.at(&self.signals.cadss, time) / 92.0).round().clamp(0.0, 12.0);
        self.record.cadss3.push((time, cadss3));
        self.record.nausea.push((time, self.signals.at(&self.signals.nausea, time).round().clamp(0.0, 10.0)));
        if alertness == 0.0 {
            self.escalate(time, "unresponsive", "emergency services", "taken over");
            self.enter(time, State::Emergency);
            return false;
        }
        if self.is_high(systolic, diastolic) {
            let again = time + self.rules.repeat_after;
            let (systolic, diastolic) = self.pressure(again);
            let still = self.is_high(systolic, diastolic);
            let outcome = if still { "still high; clinician decides" } else { "came down" };
            self.escalate(time, "blood pressure", "measured again after 10 min; clinician called", outcome);
            self.enter(time, State::Escalated);
            self.enter(again, State::Recovery);
        }
        true
    }

    fn is_high(&self, systolic: f64, diastolic: f64) -> bool {
        systolic >= self.rules.high_systolic || diastolic >= self.rules.high_diastolic
    }

    fn drivers(&self, peak: f64, over: f64) -> Drivers {
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let rise = most(&self.signals.systolic) - self.signals.systolic.first().copied().unwrap_or(0.0);
        let [dissociation, nausea, pressure, sedation] = USUAL;
        Drivers {
            felt: most(&self.signals.cadss) / dissociation,
            nausea: most(&self.signals.nausea) / nausea,
            pressure: rise.max(0.0) / pressure,
            sedation: most(&self.signals.sedation) / sedation,
            peak,
            over,
        }
    }

    /// Journal, discharge, the task of the next day.
    fn leave(&mut self) {
        self.record.journal_done = self.situation.journals;
        if !self.record.journal_done {
            self.deviate(self.rules.journal, "journal not written");
        }
        let before = self.record.systolic.first().map_or(0.0, |(_, s)| *s);
        let mut time = self.rules.discharge;
        while time <= self.rules.latest {
            let alert = 5.0 * (1.0 - self.signals.at(&self.signals.sedation, time)) > 4.5;
            let clear = self.signals.at(&self.signals.felt, time) < self.rules.noticed;
            let steady = self.signals.at(&self.signals.systolic, time) < before + self.rules.near_baseline;
            if alert && clear && steady {
                self.enter(time, State::Discharged);
                self.enter(time, State::Integration);
                self.record.integration_done = self.situation.integrates;
                return;
            }
            time += 15.0;
        }
        self.escalate(self.rules.latest, "not fit for discharge", "clinician called", "clinician decides");
        self.enter(self.rules.latest, State::Escalated);
    }
}

#[cfg(test)]
#[path = "conduct_tests.rs"]
pub(crate) mod tests;
