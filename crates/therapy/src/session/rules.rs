//! The rules of a session as data: gates, check points, triggers, discharge, each with where it comes from.

/// Rules of a session. Times are minutes after the dose, pressures mmHg.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Systolic pressure at which the session does not start (phase 3 rule of nasal esketamine: hold above 140).
    pub gate_systolic: f64,
    /// The same above 65 years (above 150).
    pub gate_systolic_over_65: f64,
    /// Diastolic pressure at which the session does not start (above 90).
    pub gate_diastolic: f64,
    /// Hours without food (published programmes differ: 3 to 6).
    pub fasting: f64,
    /// PHQ-9 item 9 from which a clinician is asked first; assumed.
    pub gate_item9: u32,
    /// Check points; 40 is the pressure check of the label.
    pub checks: Vec<f64>,
    /// Systolic pressure that is escalated (the label's outlier bin).
    pub high_systolic: f64,
    /// Diastolic pressure that is escalated.
    pub high_diastolic: f64,
    /// After how long a high pressure is measured again.
    pub repeat_after: f64,
    /// Oxygen saturation below which emergency services are called, %; assumed.
    pub low_saturation: f64,
    /// Missed checks in a row after which the clinic calls; assumed.
    pub missed_checks: usize,
    /// Agitation that goes on for longer is told to a clinician; assumed.
    pub agitation: f64,
    /// When the journal is prompted (published peer supervisor duties).
    pub journal: f64,
    /// Earliest discharge (the label's two hours).
    pub discharge: f64,
    /// Latest: from then on a clinician decides; assumed.
    pub latest: f64,
    /// Systolic pressure above baseline at which nobody is discharged; assumed.
    pub near_baseline: f64,
    /// Share of the full felt effect above which something is noticed; assumed.
    pub noticed: f64,
    /// Shortest delay of a session that is put off, h (published programmes).
    pub put_off: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            gate_systolic: 140.0,
            gate_systolic_over_65: 150.0,
            gate_diastolic: 90.0,
            fasting: 3.0,
            gate_item9: 2,
            checks: vec![0.0, 15.0, 30.0, 40.0, 45.0, 60.0, 75.0, 90.0, 120.0],
            high_systolic: 180.0,
            high_diastolic: 110.0,
            repeat_after: 10.0,
            low_saturation: 90.0,
            missed_checks: 2,
            agitation: 15.0,
            journal: 60.0,
            discharge: 120.0,
            latest: 360.0,
            near_baseline: 20.0,
            noticed: 0.05,
            put_off: 24.0,
        }
    }
}
