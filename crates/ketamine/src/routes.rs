//! The other ways in: muscle, skin, nose, rectum, and constant-rate inputs.
//!
//! ```text
//!   muscle, skin --first order--> blood (a fraction is lost)
//!   nose --first order--> blood, or down the throat to the gut
//!   rectum --first order--> blood past the liver, or portal blood
//! ```
//!
//! How to join: one `State` per enantiomer (`routes_s`, `routes_r`), one `Parameters` (`routes`),
//! one `Controls` per enantiomer (`input_s`, `input_r`), because a constant-rate input is of one enantiomer.

use crate::body_size::Scaling;
use crate::sources::*;
use notation::Real;
use notation::evidence::{assumed, derived, fixed, log_normal, logit_normal, measured};

notation::states! {
    /// Drug injected into muscle.
    muscle: nanomole, scale 1e4;
    /// Drug injected under the skin.
    skin: nanomole, scale 1e4;
    /// Drug in the nose from the first device.
    nose_first: nanomole, scale 1e4;
    /// Drug in the nose from later devices.
    nose_later: nanomole, scale 1e4;
    /// Drug in the rectum.
    rectum: nanomole, scale 1e4;
    /// Drug that never reached blood or gut; a sink.
    unabsorbed: nanomole, scale 1e4;
}

notation::parameters! {
    /// Absorption from muscle.
    muscle_absorption = 5.0 per_hour, log_normal(0.5).range(1.0, 15.0), assumed("half-life about 8 min: the effect site then peaks at about 19 min, the textbook peak being at about 20 min; no concentration curve was found");
    /// Fraction absorbed from muscle.
    muscle_fraction = 0.93 dimensionless, fixed(), measured(&CLEMENTS_1982, "F 93 % intramuscular (secondary)");
    /// Absorption from under the skin.
    skin_absorption = 2.5 per_hour, log_normal(0.5).range(0.5, 10.0), assumed("half as fast as muscle; blood pressure peaks near 30 min (Glue 2018 summary); no published parameters");
    /// Fraction absorbed from under the skin.
    skin_fraction = 0.93 dimensionless, fixed().range(0.7, 1.0), assumed("as intramuscular");
    /// Absorption from the nose (ka_n).
    nose_absorption = 2.93 per_hour, log_normal(0.566), measured(&PEREZ_RUIXO_2021, "table 3, ka_n; IIV 61.5 %");
    /// Fraction of the first device that passes the nasal mucosa (FRn).
    nose_fraction = 0.54 dimensionless, logit_normal(0.708), measured(&PEREZ_RUIXO_2021, "table 3, FRn; IIV 70.8 additive on the logit");
    /// Nasal uptake of later devices relative to the first.
    later_device = 0.62 dimensionless, fixed(), measured(&PEREZ_RUIXO_2021, "table 3, second and later devices");
    /// Absorption from the rectum.
    rectum_absorption = 2.0 per_hour, log_normal(0.5).range(0.5, 6.0), assumed("of the order of oral absorption; no published parameters");
    /// Fraction of rectal absorption that bypasses the liver; the rest passes the liver but no gut wall rich in enzymes.
    rectum_bypass = 0.0 dimensionless, fixed().range(0.0, 0.5), derived("passing the liver alone leaves 0.28 of S and 0.38 of R, mean 0.33, where Yanagihara 2003 (PMID 12516077) found about 0.30 (n = 3): no bypass is needed");
}

notation::controls! {
    /// Infusion into blood.
    infusion = 0.0 nanomole_per_hour;
    /// Constant-rate input into the mucosal depot (published-model mode of Simons 2022).
    mucosa = 0.0 nanomole_per_hour;
    /// Constant-rate release into the gut lumen (extended release, published zero-order inputs).
    lumen = 0.0 nanomole_per_hour;
}

/// What moves, nmol/h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flows<S> {
    /// Of each state.
    pub rates: State<S>,
    /// Into blood, infusion included.
    pub into_blood: S,
    /// Into portal blood without passing the gut wall.
    pub into_portal: S,
    /// Down the throat, ready for absorption in the gut.
    pub into_lumen: S,
}

/// The nasal fraction of the first device in one person: ethnicity acts on the odds.
pub fn nose_fraction<S: Real>(p: &Parameters<S>, scaling: &Scaling<S>) -> S {
    let favoured = scaling.nasal_odds * p.nose_fraction;
    favoured / (favoured + p.nose_fraction.complement())
}

/// The rates.
pub fn flows<S: Real>(x: &State<S>, p: &Parameters<S>, scaling: &Scaling<S>, c: &Controls<S>) -> Flows<S> {
    let from_muscle = p.muscle_absorption * x.muscle;
    let muscle_into_blood = p.muscle_fraction * from_muscle;
    let from_skin = p.skin_absorption * x.skin;
    let skin_into_blood = p.skin_fraction * from_skin;
    let from_first = p.nose_absorption * x.nose_first;
    let from_later = p.nose_absorption * x.nose_later;
    let first_fraction = nose_fraction(p, scaling);
    let nose_into_blood = first_fraction * (from_first + p.later_device * from_later);
    let from_rectum = p.rectum_absorption * x.rectum;
    let rectum_into_blood = p.rectum_bypass * from_rectum;
    Flows {
        rates: State {
            muscle: -from_muscle,
            skin: -from_skin,
            nose_first: -from_first,
            nose_later: -from_later,
            rectum: -from_rectum,
            unabsorbed: from_muscle - muscle_into_blood + from_skin - skin_into_blood,
        },
        into_blood: c.infusion + muscle_into_blood + skin_into_blood + nose_into_blood + rectum_into_blood,
        into_portal: from_rectum - rectum_into_blood,
        into_lumen: from_first + from_later - nose_into_blood + c.lumen,
    }
}
