//! The disputed steps as named switches: which numbers they set, and what speaks for and against.
//!
//! The model reads them as ordinary parameters; a switch is a set of values, so that anything between on and off can be asked too.

/// One disputed step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hypothesis {
    /// Name on the command line.
    pub name: &'static str,
    /// What it claims, one sentence.
    pub claim: &'static str,
    /// Whether the model holds it by default.
    pub default_on: bool,
    /// Parameters (dotted names) and their values, in declared units, when it holds.
    pub on: &'static [(&'static str, f64)],
    /// The same parameters when it does not hold.
    pub off: &'static [(&'static str, f64)],
    /// Evidence for: row of the evidence tables and what it says.
    pub supporting: &'static [(&'static str, &'static str)],
    /// Evidence against.
    pub opposing: &'static [(&'static str, &'static str)],
}

impl Hypothesis {
    /// What to set so that it holds or not; nothing for the default, whose values may be fitted.
    pub fn settings(&self, on: bool) -> &'static [(&'static str, f64)] {
        match (on, on == self.default_on) {
            (_, true) => &[],
            (true, _) => self.on,
            (false, _) => self.off,
        }
    }

    /// Whether it holds at these values (declared units): a default holds until it is switched.
    pub fn holds(&self, value: &dyn Fn(&str) -> Option<f64>) -> bool {
        let rival = self.settings(!self.default_on);
        let switched = rival.iter().all(|(name, v)| value(name).is_some_and(|x| (x - v).abs() <= 1e-9 * v.abs()));
        self.default_on != switched
    }
}

/// All switches.
pub static ALL: &[Hypothesis] = &[
    Hypothesis {
        name: "disinhibition",
        claim: "Ketamine frees pyramidal cells by blocking NMDA receptors on interneurons.",
        default_on: true,
        on: &[
            ("circuit.nmda_pv", 1.0),
            ("circuit.nmda_sst", 1.0),
            ("circuit.tonic_pv", 0.02),
            ("circuit.tonic_sst", 0.02),
        ],
        off: &[
            ("circuit.nmda_pv", 0.0),
            ("circuit.nmda_sst", 0.0),
            ("circuit.tonic_pv", 0.0),
            ("circuit.tonic_sst", 0.0),
        ],
        supporting: &[
            ("C19", "an NMDA blocker silences interneurons first, pyramidal cells rise later"),
            ("C22", "1 uM lowers inhibition and raises excitation of prefrontal pyramidal cells"),
            ("C24", "without GluN2B on interneurons the effect is gone"),
        ],
        opposing: &[
            ("C28", "three quarters of adult fast-spiking cells carry no NMDA current"),
            ("C29", "removing NMDA receptors from PV cells does not abolish the effect"),
            ("C30", "removing GluN2B from pyramidal cells mimics and occludes it"),
            ("C32", "blocking GABA-A does not mimic it"),
        ],
    },
    Hypothesis {
        name: "direct-eef2",
        claim: "Block of tonic NMDA receptors lifts a brake on translation directly.",
        default_on: true,
        on: &[("translation.tonic_gain", 1.2)],
        off: &[("translation.tonic_gain", 0.0)],
        supporting: &[
            ("S01", "BDNF protein up at 30 min with unchanged mRNA"),
            ("S02", "p-eEF2 down in hippocampus"),
            ("S03", "p-eEF2 falls with dose in culture"),
        ],
        opposing: &[
            ("S02", "cortex unchanged in the same study"),
            ("K01", "an AMPA antagonist abolishes BDNF release and behaviour"),
        ],
    },
    Hypothesis {
        name: "habenula-trapping",
        claim: "Drug trapped in the lateral habenula keeps its bursts away for a day.",
        default_on: true,
        on: &[("receptors.trapping", 1.0)],
        off: &[("receptors.trapping", 0.0)],
        supporting: &[("R44", "block and burst suppression up to 24 h in the mouse")],
        opposing: &[("R45", "effect independent of the habenula in the rat")],
    },
    Hypothesis {
        name: "hydroxynorketamine",
        claim: "Hydroxynorketamine raises AMPA receptors without NMDA block.",
        default_on: false,
        on: &[("glutamate.ampa_of_hydroxynorketamine", 0.3)],
        off: &[("glutamate.ampa_of_hydroxynorketamine", 0.0)],
        supporting: &[("R38", "activates mTOR at nanomolar levels in a cell line")],
        opposing: &[("S15", "no change of spine density"), ("R27", "does not block NMDA receptors below 200 uM")],
    },
    Hypothesis {
        name: "lower-excitation",
        claim: "Ketamine acts mainly on pyramidal cells and lowers the balance of excitation to inhibition.",
        default_on: false,
        on: &[("circuit.nmda_pyramidal", 1.0), ("receptors.open_pyramidal", 0.02)],
        off: &[("circuit.nmda_pyramidal", 0.12), ("receptors.open_pyramidal", 0.002)],
        supporting: &[
            ("C27", "behaviour and recordings in macaque prefrontal cortex"),
            ("C20", "mean pyramidal rate unchanged in orbitofrontal cortex"),
        ],
        opposing: &[("C01", "glutamate rises at sub-anaesthetic doses"), ("C22", "excitation rises at 1 uM")],
    },
    Hypothesis {
        name: "mtor-needed",
        claim: "Rapamycin takes the effect away, in people as in rats.",
        default_on: true,
        on: &[("signalling.rapamycin_reach", 1.0)],
        off: &[("signalling.rapamycin_reach", 0.0)],
        supporting: &[("S12", "rapamycin abolishes synaptic and behavioural effects in the rat")],
        opposing: &[("S19", "24-h effect intact in patients"), ("S20", "two-week response better, 41 against 13 %")],
    },
    Hypothesis {
        name: "trkb-binding",
        claim: "Antidepressants in tissue amplify BDNF at TrkB.",
        default_on: false,
        on: &[("signalling.antidepressant_gain", 0.5)],
        off: &[("signalling.antidepressant_gain", 0.0)],
        supporting: &[("D04", "binding to the transmembrane domain; drugs accumulate")],
        opposing: &[("D04", "affinity is micromolar only")],
    },
    Hypothesis {
        name: "presynaptic",
        claim: "A presynaptic action releases glutamate without disinhibition.",
        default_on: false,
        on: &[("glutamate.presynaptic_gain", 0.3)],
        off: &[("glutamate.presynaptic_gain", 0.0)],
        supporting: &[("R39", "potentiation in a slice persists with inhibition blocked, EC50 53 nM")],
        opposing: &[("C04", "drug infused into prefrontal cortex does not raise glutamate there")],
    },
    Hypothesis {
        name: "benzodiazepine-tolerance",
        claim: "Benzodiazepines lose their anxiolytic effect.",
        default_on: false,
        on: &[("benzodiazepine.anxiolytic_tolerance", 0.5)],
        off: &[("benzodiazepine.anxiolytic_tolerance", 0.0)],
        supporting: &[],
        opposing: &[("D05", "a review finds tolerance to sedation, probably none to anxiolysis")],
    },
    Hypothesis {
        name: "s-more-potent",
        claim: "S-ketamine binds NMDA receptors several times more strongly than R-ketamine.",
        default_on: true,
        on: &[("receptors.binding_s", 0.30), ("receptors.binding_r", 1.40)],
        off: &[("receptors.binding_s", 0.419), ("receptors.binding_r", 0.497)],
        supporting: &[("R17", "0.30 uM"), ("R18", "1.4 uM")],
        opposing: &[("R19", "0.419 uM"), ("R20", "0.497 uM"), ("S51", "R-ketamine works through ERK, S through mTOR")],
    },
    Hypothesis {
        name: "plasticity-window",
        claim: "While synapses are built, beliefs are revised faster, so that set, setting and integration matter.",
        default_on: true,
        on: &[("mind.window_gain", 30.0)],
        off: &[("mind.window_gain", 0.0)],
        supporting: &[("M01", "belief updating is more optimistic at 4 h")],
        opposing: &[],
    },
    Hypothesis {
        name: "unblinding",
        claim: "What a patient feels in a session feeds hope.",
        default_on: true,
        on: &[("placebo.unblinding", 1.0)],
        off: &[("placebo.unblinding", 0.0)],
        supporting: &[("Caliman-Fontes 2022", "half a MADRS point per CADSS point up to 15, at 24 h only")],
        opposing: &[("TRANSFORM pooled", "no CADSS by time effect, n = 576")],
    },
    Hypothesis {
        name: "acute-tolerance",
        claim: "Perception gets used to the drug within a session.",
        default_on: true,
        on: &[("acute.tolerance_share", 0.5)],
        off: &[("acute.tolerance_share", 0.0)],
        supporting: &[
            ("10.1177/0269881117725685", "dissociation stays within the first 60 min although drug stays longer"),
            ("SESSION section 1", "at home the effect is said to last 40-90 min"),
        ],
        opposing: &[("Simons 2022 part 2", "effects of the film last 2-6 h and follow the parent drug")],
    },
];

/// The switch of this name.
pub fn named(name: &str) -> Option<&'static Hypothesis> {
    ALL.iter().find(|h| h.name == name)
}
