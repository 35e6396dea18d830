//! The keys of a protocol and of a patient as they are typed; what they mean is in `protocol` and `patient`.

keys! {
    /// A protocol: what is given, to whom, in what setting, followed for how long.
    pub struct Protocol {
        /// One line that says what this is.
        title = "\"Six at-home sessions\"";
        /// How long the patient is followed, from the first dose.
        follow = "\"8 week\"";
        /// The patient: a table, or the name of a patient file beside this one.
        patient = "\"patient.toml\"";
        /// The doses: one [[dose]] for each kind of dose.
        dose = "[[dose]]";
        /// The setting of every session.
        session = "[session]";
        /// Stress from a time on: one [[stress]] for each change.
        stress = "[[stress]]";
        /// Disputed steps switched on or off; `resynapse model hypotheses` lists them.
        hypotheses = "{ disinhibition = false }";
        /// Further times at which signs are written, from the first dose.
        observe = "[\"4 h\", \"24 h\"]";
    }
}

keys! {
    /// One kind of dose and when it is given.
    pub struct Dose {
        /// How it enters: sublingual, buccal, oral, oral extended release, intranasal, intramuscular, subcutaneous,
        /// intravenous or rectal.
        route = "\"sublingual\"";
        /// The product: odt, troche, film, lozenge, wafer, solution, tablet, spray; or published film (Simons 2022, whose
        /// own mucosal and swallowed inputs then stand for hold and swallowing).
        product = "\"odt\"";
        /// Which mirror images: racemic, S or R.
        enantiomer = "\"racemic\"";
        /// How much, as a mass or per body weight.
        amount = "\"150 mg\"";
        /// What the amount counts: base or hydrochloride (its base is 0.867 of it).
        basis = "\"base\"";
        /// How long the tablet stays in the mouth.
        hold = "\"10 min\"";
        /// Whether the mouth is swished during the hold.
        swish = "false";
        /// Acidity of the saliva.
        saliva_ph = "6.8";
        /// What happens to the rest after the hold: swallow, spit, or the share that is swallowed.
        after_hold = "\"swallow\"";
        /// How long an infusion runs.
        over = "\"40 min\"";
        /// How long an extended release takes.
        release = "\"8 h\"";
        /// Nasal spray: over how many devices the amount is divided.
        devices = "3";
        /// Nasal spray: time between devices.
        device_interval = "\"5 min\"";
        /// When the first is given, from the start of the course.
        first = "\"0 d\"";
        /// Time from one to the next.
        every = "\"3.5 d\"";
        /// How many are given.
        times = "6";
        /// The times one by one, instead of first, every and times.
        at = "[\"0 d\", \"7 d\"]";
        /// Reasons for values that look like a slip: the key and why it is right.
        confirm = "{ amount = \"anaesthetic study\" }";
    }
}

keys! {
    /// The setting of every session.
    pub struct Session {
        /// From the dose to discharge.
        length = "\"2 h\"";
        /// Whether a supervisor is present.
        supervisor = "true";
        /// How well the hours of plasticity are used, 0 to 1 or in %.
        quality = "\"100 %\"";
        /// How well the days after are used for integration, 0 to 1 or in %.
        integration = "\"50 %\"";
        /// What the patient expects of the treatment, 0 none to 1.5 much.
        expectancy = "0.0";
        /// Reasons for values that look like a slip.
        confirm = "{ length = \"night in hospital\" }";
    }
}

keys! {
    /// Stress from a time on.
    pub struct Stress {
        /// When it changes, from the first dose; may be before it.
        from = "\"-21 d\"";
        /// How strong it is from then on: 0 none, 1 as in the chronic stress experiments.
        level = "1.0";
    }
}

keys! {
    /// A patient.
    pub struct Patient {
        /// A name for the tables.
        name = "\"Ada\"";
        /// Body weight.
        weight = "\"75 kg\"";
        /// Body height.
        height = "\"172 cm\"";
        /// Age.
        age = "\"42 year\"";
        /// female or male.
        sex = "\"female\"";
        /// Scores before treatment: MADRS, PHQ9, GAD7, PCL5, HAMA, pain.
        severity = "{ MADRS = \"32 points\" }";
        /// Stress load at baseline: 0 none, 1 as in the chronic stress experiments.
        stress = "0.3";
        /// Other drugs: one [[patient.comedication]] each.
        comedication = "[[patient.comedication]]";
        /// Genotypes: BDNF and CYP2B6.
        genotype = "{ BDNF = \"Val/Met\" }";
        /// Values of model parameters in this patient: one [[patient.parameter]] each, with its reason.
        parameter = "[[patient.parameter]]";
        /// Reasons for values that look like a slip.
        confirm = "{ weight = \"child in the published study\" }";
    }
}

keys! {
    /// Scores before treatment.
    pub struct Severity {
        /// Montgomery-Asberg depression rating scale, 0 to 60.
        MADRS = "\"32 points\"";
        /// Patient health questionnaire, 0 to 27.
        PHQ9 = "\"18 points\"";
        /// Generalised anxiety disorder scale, 0 to 21.
        GAD7 = "\"14 points\"";
        /// Hamilton anxiety scale, 0 to 56.
        HAMA = "\"20 points\"";
        /// PTSD checklist, 0 to 80.
        PCL5 = "\"30 points\"";
        /// Numerical pain rating, 0 to 10.
        pain = "\"2 points\"";
    }
}

keys! {
    /// Another drug that is taken.
    pub struct Comedication {
        /// Its name.
        drug = "\"sertraline\"";
        /// Its class: SSRI, SNRI, TCA, MAOI or benzodiazepine.
        class = "\"SSRI\"";
        /// Since when, from the first dose; may be before it.
        from = "\"-60 d\"";
        /// Until when; left out, to the end.
        until = "\"28 d\"";
    }
}

keys! {
    /// Genotypes.
    pub struct Genotype {
        /// BDNF Val66Met: Val/Val, Val/Met or Met/Met.
        BDNF = "\"Val/Val\"";
        /// CYP2B6: *1/*1, *1/*6 or *6/*6.
        CYP2B6 = "\"*1/*1\"";
    }
}

keys! {
    /// A model parameter in this patient.
    pub struct Parameter {
        /// Its name, as `resynapse model parameters` prints it.
        name = "\"plasma_s.clearance\"";
        /// Its value with its unit.
        value = "\"60 L/h\"";
        /// Or a factor on the typical value.
        factor = "0.6";
        /// Why this patient differs; shown in the report.
        reason = "\"measured in the study\"";
    }
}
