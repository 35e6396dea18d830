//! The publications that the mechanism half of the model takes its numbers from.
//!
//! Where only a review, an abstract or a published model's code was read, the citation says so.

use notation::Source;

macro_rules! sources {
    ($( $(#[doc = $doc:expr])* $name:ident = $key:literal, $citation:literal, $address:literal; )*) => {
        $( $(#[doc = $doc])* pub static $name: Source = Source { key: $key, citation: $citation, address: $address }; )*
        /// All of them, for lists and tests.
        pub static ALL: &[&Source] = &[$(&$name),*];
    };
}

sources! {
    /// Block of recombinant NMDA receptors with and without magnesium.
    KOTERMANSKI_2009 = "Kotermanski 2009", "Kotermanski SE, Johnson JW. J Neurosci 2009; read in a review (secondary)", "https://thedrugclassroom.com/video/ketamine-in-psychiatry/";
    /// Kinetics of block, human NR1/2A.
    GILLING_2009 = "Gilling 2009", "Gilling KE et al. Neuropharmacology 2009, abstract", "https://metajournal.com/articles/journal/184/neuropharmacology/2009/4";
    /// Binding of the enantiomers.
    EBERT_1997 = "Ebert 1997", "Ebert B et al. Eur J Pharmacol 1997, read in a review (secondary)", "https://thedrugclassroom.com/video/ketamine-in-psychiatry/";
    /// Binding of ketamine and norketamine.
    SALAT_2015 = "Salat 2015", "Salat K et al. 2015, read in a review (secondary)", "https://thedrugclassroom.com/video/ketamine-in-psychiatry/";
    /// Voltage slope of magnesium block.
    JAHR_STEVENS_1990 = "Jahr & Stevens 1990", "Jahr CE, Stevens CF. J Neurosci 1990;10:3178, formula", "https://doi.org/10.1523/JNEUROSCI.10-09-03178.1990";
    /// Binding of hydroxynorketamine.
    HNK_BINDING = "hydroxynorketamine binding", "Hydroxynorketamine, encyclopedia entry (secondary)", "https://en.vrachi.name/Hydroxynorketamine";
    /// Mean-field circuit.
    DECO_2014 = "Deco 2014", "Deco G et al. J Neurosci 2014;34:7886, constants read in published code", "https://doi.org/10.1523/JNEUROSCI.5068-13.2014";
    /// Pyramidal spines: turnover.
    ZUO_2005 = "Zuo 2005", "Zuo Y et al. Neuron 2005, abstract", "https://doi.org/10.1016/j.neuron.2005.04.001";
    /// Hippocampal spines: turnover.
    ATTARDO_2015 = "Attardo 2015", "Attardo A et al. 2015, abstract", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4648621/";
    /// Basal BDNF.
    JAIN_BHALLA_2009 = "Jain & Bhalla 2009", "Jain P, Bhalla US. PLoS Comput Biol 2009, read in its SBML", "https://doi.org/10.1371/journal.pcbi.1000287";
    /// TrkB, Akt and ERK time courses.
    FINDSIM = "FindSim", "Viswan NA et al., FindSim experiment sheets (facts only; the code is GPL-3)", "https://github.com/BhallaLab/FindSim";
    /// Belief-updating under ketamine.
    BOTTEMANNE_2022 = "Bottemanne 2022", "Bottemanne H et al. 2022, abstract", "https://discovery.ucl.ac.uk/id/eprint/10187826";
    /// Onset of SSRI action.
    TAYLOR_2006 = "Taylor 2006", "Taylor MJ et al. 2006, meta-analysis of 28 SSRI trials", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC2211759/";
    /// Benzodiazepine tolerance.
    VINKERS_2012 = "Vinkers & Olivier 2012", "Vinkers CH, Olivier B. 2012, review", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3321276/";
    /// Effect-site model of perception and pain.
    OLOFSEN_2022 = "Olofsen 2022", "Olofsen E et al. Anesthesiology 2022, abstract", "https://doi.org/10.1097/aln.0000000000004176";
    /// Relief of chronic pain that outlasts the drug.
    DAHAN_2011 = "Dahan 2011", "Dahan A et al. Eur J Pain 2011;15:258, abstract", "https://doi.org/10.1016/j.ejpain.2010.06.016";
    /// Haemodynamics at two levels of S-ketamine.
    LANGSJO_2005 = "Langsjo 2005", "Langsjo JW et al. Anesthesiology 2005;103:258, abstract", "Anesthesiology 2005;103:258";
    /// Dissociation falls over weekly sessions.
    GLUE_2018 = "Glue 2018", "Glue P et al. 2018, summary page (secondary): CADSS 20 in week 1, 8.8 in week 14", "https://www.destinketaminesolutions.com/ketamine-clinic-anxiety-research";
    /// Habenular block outlasts the drug.
    MA_2023 = "Ma 2023", "Ma S et al. Nature 2023, abstract", "https://www.nature.com/articles/s41586-023-06624-1";
    /// Course of the antidepressant response.
    POSTERNAK_2005 = "Posternak 2005", "Posternak 2005, abstract: about 60 % of the improvement comes in the first two weeks", "https://www.psychiatrist.com/jcp/depression/is-delay-antidepressant-effect-meta-analysis/";
}
