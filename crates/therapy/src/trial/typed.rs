//! The keys of a trial file as they are typed; what they mean is in `design`.

keys! {
    /// A trial: who enters, what each arm gets, when it is measured, what is concluded.
    pub struct Trial {
        /// One line that says what this is.
        title = "\"Esketamine spray with a new antidepressant\"";
        /// parallel, crossover, randomised withdrawal, re-randomised, sequential or open label.
        design = "\"parallel\"";
        /// The publication whose design this is.
        publication = "\"Popova 2019\"";
        /// What trials belong together: those of one programme share sites, raters and kind of people. Left out, the
        /// publication.
        programme = "\"esketamine phase 3\"";
        /// Publications whose people these are, told in another way: in a fit they count once.
        people_of = "[\"Popova 2019\"]";
        /// Seed of every random number.
        seed = "1";
        /// Trials of the stated size whose spread gives the intervals.
        replicates = "1000";
        /// Virtual patients simulated per arm, from whom replicates are drawn.
        pool = "400";
        /// Draws of what is not known: 1 is what the model holds, more move every calibratable parameter in its range.
        draws = "1";
        /// How many trials of this design a figure pools: what they differ by averages out. 1 is one trial.
        trials = "1";
        /// How long a patient is followed after the first treatment; in a crossover, each period.
        follow = "\"28 d\"";
        /// Who is screened.
        population = "[population]";
        /// Who enters: one [[include]] for each criterion.
        include = "[[include]]";
        /// What a patient meets and may know.
        setting = "[setting]";
        /// Disputed steps switched on or off, the rest of the model left as fitted; `resynapse model hypotheses` lists them.
        hypotheses = "{ plasticity-window = false }";
        /// Crossover only: the time between periods.
        crossover = "[crossover]";
        /// Randomised withdrawal or enrichment: what happens before patients are randomised.
        lead_in = "[lead_in]";
        /// The arms: one [[arm]] each.
        arm = "[[arm]]";
        /// When which scales are read: one [[visit]] each.
        visit = "[[visit]]";
        /// Who leaves early, and why.
        dropout = "[dropout]";
        /// What is concluded: one [[endpoint]] each.
        endpoint = "[[endpoint]]";
        /// What the publication found: one [[observed]] for each figure.
        observed = "[[observed]]";
    }
}

keys! {
    /// Who is screened; what is left out takes the assumed default.
    pub struct Population {
        /// Age of those screened.
        age = "{ mean = \"45 year\", sd = \"12 year\" }";
        /// Share of women.
        women = "\"65 %\"";
        /// Weight of women.
        weight_women = "{ mean = \"74 kg\", sd = \"15 kg\" }";
        /// Weight of men.
        weight_men = "{ mean = \"86 kg\", sd = \"15 kg\" }";
        /// Baseline severity before inclusion: one [[population.severity]] for each scale.
        severity = "[[population.severity]]";
        /// Mean number of failed treatments.
        failed_treatments = "2.5";
        /// Median length of the present episode.
        chronicity = "\"2 year\"";
        /// Median stress load.
        stress = "0.3";
        /// Share on a benzodiazepine.
        benzodiazepine = "\"0 %\"";
        /// Share on an SSRI.
        ssri = "\"0 %\"";
        /// Share on a stimulant.
        stimulant = "\"0 %\"";
        /// Frequency of the BDNF 66Met allele.
        met_frequency = "\"20 %\"";
    }
}

keys! {
    /// Mean and standard deviation.
    pub struct Bell {
        /// Mean.
        mean = "\"45 year\"";
        /// Standard deviation.
        sd = "\"12 year\"";
    }
}

keys! {
    /// Severity of those screened, on one scale; it sets the latent severity of that scale's domain.
    pub struct Severity {
        /// The scale.
        scale = "\"MADRS\"";
        /// Mean.
        mean = "\"35 points\"";
        /// Standard deviation.
        sd = "\"6 points\"";
    }
}

keys! {
    /// A condition for entry.
    pub struct Include {
        /// A scale, as scored at entry, or a covariate.
        what = "\"MADRS\"";
        /// Lowest value that enters.
        at_least = "\"28 points\"";
        /// Highest value that enters.
        at_most = "\"60 points\"";
    }
}

keys! {
    /// What a patient meets and may know.
    pub struct Setting {
        /// open, double or masked.
        blinding = "\"double\"";
        /// How intense contact and ritual are, against an infusion day in hospital.
        intensity = "\"100 %\"";
        /// Whether expectancy acts.
        expectancy = "true";
        /// Whether felt effects tell the arm.
        unblinding = "true";
        /// From the dose to discharge.
        session = "\"2 h\"";
        /// How well the hours of plasticity are used.
        quality = "\"100 %\"";
        /// How well the days after are used for integration.
        integration = "\"0 %\"";
    }
}

keys! {
    /// Crossover.
    pub struct Crossover {
        /// Time between the end of one period and the start of the next.
        washout = "\"28 d\"";
    }
}

keys! {
    /// What happens before patients are randomised.
    pub struct LeadIn {
        /// How long it takes.
        length = "\"28 d\"";
        /// Doses given to everybody: one [[lead_in.dose]] each.
        dose = "[[lead_in.dose]]";
        /// Other drugs given to everybody: one [[lead_in.drug]] each.
        drug = "[[lead_in.drug]]";
        /// The scale that decides who is randomised.
        scale = "\"MADRS\"";
        /// The rule that decides who is randomised.
        rule = "\"fall >= 50 %\"";
    }
}

keys! {
    /// One arm.
    pub struct Arm {
        /// Its name.
        name = "\"esketamine + AD\"";
        /// Patients analysed in the publication, and in each replicate.
        n = "114";
        /// Its share of places, relative to the other arms; its n if left out.
        allocation = "1";
        /// Whether it holds the treatment under test; if left out, whether it gives doses.
        on_test = "true";
        /// Ketamine: one [[arm.dose]] for each kind of dose.
        dose = "[[arm.dose]]";
        /// Other drugs: one [[arm.drug]] each.
        drug = "[[arm.drug]]";
        /// Sessions without ketamine: one [[arm.sham]] each.
        sham = "[[arm.sham]]";
        /// Rules that change treatment: one [[arm.decision]] each.
        decision = "[[arm.decision]]";
    }
}

keys! {
    /// Another drug.
    pub struct Drug {
        /// Its name.
        drug = "\"sertraline\"";
        /// Its class: SSRI, SNRI, TCA, MAOI or benzodiazepine.
        class = "\"SSRI\"";
        /// Since when, from the first treatment.
        from = "\"0 d\"";
        /// Until when; left out, to the end.
        until = "\"14 week\"";
        /// Whether everybody knows that it is begun.
        new = "true";
    }
}

keys! {
    /// Sessions with saline, an empty spray or an active placebo.
    pub struct Sham {
        /// When the first is given.
        first = "\"0 d\"";
        /// Time from one to the next.
        every = "\"3.5 d\"";
        /// How many.
        times = "8";
        /// What is given, if what it feels like is a law that is fitted: midazolam.
        drug = "\"midazolam\"";
        /// What it makes a patient feel, in CADSS points, if it is something else.
        feels = "\"4 points\"";
        /// Why that much.
        reason = "\"placebo sessions of Goldway 2025: 3.6 points\"";
    }
}

keys! {
    /// A rule that changes treatment at a time.
    pub struct Decision {
        /// When it is taken.
        at = "\"4 d\"";
        /// The scale it looks at.
        scale = "\"MADRS\"";
        /// When it applies.
        rule = "\"fall < 50 %\"";
        /// Only if the strongest session so far stayed at or below this many CADSS points.
        felt_at_most = "\"40 points\"";
        /// Amount of every later dose.
        amount = "\"84 mg\"";
        /// Stop all later doses and drugs.
        stop = "true";
        /// Start this drug.
        drug = "{ drug = \"nortriptyline\", class = \"TCA\" }";
        /// Go over to the doses, drugs and sessions of this arm, counted from now.
        arm = "\"esketamine\"";
    }
}

keys! {
    /// A visit.
    pub struct Visit {
        /// When, from the first treatment; a list for several.
        at = "\"28 d\"";
        /// How far a patient may come before or after.
        window = "\"2 d\"";
        /// Scales that are read.
        scales = "[\"MADRS\", \"PHQ-9\"]";
    }
}

keys! {
    /// Who leaves early, per week.
    pub struct Dropout {
        /// Completely at random.
        completely_at_random = "\"0.5 %\"";
        /// At random: for each point out of ten that the last score is above baseline's half.
        at_random = "\"0.5 %\"";
        /// For lack of effect: at full severity.
        lack_of_effect = "\"1 %\"";
        /// For adverse effects: at 40 CADSS points felt.
        adverse_effects = "\"1 %\"";
    }
}

keys! {
    /// What is concluded.
    pub struct Endpoint {
        /// Its name.
        name = "\"response day 28\"";
        /// score, change, change sd, share of change, ls change, ls difference, percent, time to, event free, hazard ratio, odds ratio, events, or Cmax, tmax, AUC or half-life after the first dose.
        kind = "\"percent\"";
        /// The scale.
        scale = "\"MADRS\"";
        /// For events, in place of a scale: the adverse event counted until `at` (dizziness, dissociation, nausea, vertigo, blood pressure increased, sedation, or any); a rule is then about its worst grade, 1 to 3.
        event = "\"dizziness\"";
        /// At which visit; of events until when.
        at = "\"28 d\"";
        /// For a share of change: the later visit whose change (or difference from the reference) is the whole.
        of = "\"6 week\"";
        /// The rule that is counted.
        rule = "\"fall >= 50 %\"";
        /// ANCOVA or MMRM.
        method = "\"MMRM\"";
        /// Who is analysed: all (last value carried forward), observed, completers, or missing fails (for rules: whoever has no value has not met it).
        patients = "\"observed\"";
        /// The arm that others are compared with.
        reference = "\"placebo + AD\"";
        /// Only those who met a rule before.
        among = "{ at = \"28 d\", rule = \"fall >= 50 %\" }";
    }
}

keys! {
    /// Those among whom an endpoint is taken.
    pub struct Among {
        /// At which visit.
        at = "\"28 d\"";
        /// The rule they met then.
        rule = "\"fall >= 50 %\"";
        /// Or the decision that was taken for them, counted from 1.
        decision = "1";
    }
}

keys! {
    /// What the publication found.
    pub struct Observed {
        /// The endpoint.
        endpoint = "\"response day 28\"";
        /// The arm; for a difference or ratio, the arm that is not the reference.
        arm = "\"esketamine + AD\"";
        /// The figure, in the endpoint's unit.
        value = "69.3";
        /// How many trials the figure pools; without it, as many as the trial says.
        trials = "18";
        /// Its standard error or the lower end of its interval, in words as printed.
        spread = "\"SE 1.69\"";
        /// Where it was read.
        source = "\"clinical_outcomes: TRANSFORM-2 (Popova2019)\"";
        /// calibration or check.
        set = "\"calibration\"";
    }
}
