//! The publications that the drug-exposure stations take their numbers from.
//!
//! Where a table was read in a third party's transcription, the citation says so.

use notation::Source;

/// S-ketamine oral thin film and infusion, arterial sampling.
pub static SIMONS_2022: Source = Source {
    key: "Simons 2022",
    citation: "Simons et al. Front Pain Res 2022;3:946486, table 4, read in the transcription of nlmixr2lib (commit 066c898)",
    address: "https://doi.org/10.3389/fpain.2022.946486",
};
/// Esketamine nasal, intravenous and oral, 820 subjects.
pub static PEREZ_RUIXO_2021: Source = Source {
    key: "Perez-Ruixo 2021",
    citation: "Perez-Ruixo et al. Clin Pharmacokinet 2021;60:501-516, table 3, read in the transcription of nlmixr2lib (commit 31b692f)",
    address: "https://doi.org/10.1007/s40262-020-00953-4",
};
/// Oral and intravenous S-ketamine, venous sampling.
pub static FANTA_2015: Source = Source {
    key: "Fanta 2015",
    citation: "Fanta et al. Eur J Clin Pharmacol 2015;71:441, abstract and a third party's transcription",
    address: "https://doi.org/10.1007/s00228-015-1826-y",
};
/// S-norketamine after intravenous S-ketamine, venous sampling.
pub static OTTO_2021: Source = Source {
    key: "Otto 2021",
    citation: "Otto et al. Eur J Clin Pharmacol 2021;77:1181, read in a third party's transcription",
    address: "https://doi.org/10.1007/s00228-021-03104-1",
};
/// Meta-analysis of ketamine pharmacokinetics.
pub static KAMP_2020: Source = Source {
    key: "Kamp 2020 (meta-analysis)",
    citation: "Kamp et al. Anesthesiology 2020;133:1192, abstract; volumes and flows read in opentiva (a18149915d88)",
    address: "https://doi.org/10.1097/ALN.0000000000003577",
};
/// The set known as Domino.
pub static DOMINO: Source = Source {
    key: "Domino",
    citation: "Domino et al., as given by opentiva (a18149915d88; PMID 7198883) and stanpumpR (ace20c9c8de3); primary reference not verified",
    address: "https://pubmed.ncbi.nlm.nih.gov/7198883/",
};
/// Sub-anaesthetic intravenous racemate, 250 ug/kg.
pub static CLEMENTS_250: Source = Source {
    key: "Clements 250",
    citation: "Clements. Br J Anaesth 53:27, read in opentiva (a18149915d88) and stanpumpR (ace20c9c8de3)",
    address: "https://doi.org/10.1093/bja/53.1.27",
};
/// Intramuscular and oral ketamine.
pub static CLEMENTS_1982: Source = Source {
    key: "Clements 1982",
    citation: "Clements et al. 1982, read in a compound summary (secondary)",
    address: "https://mitotox.org/compounds/61960/detail/",
};
/// Intensive care and brain injury.
pub static HIJAZI: Source = Source {
    key: "Hijazi",
    citation: "Hijazi et al. Br J Anaesth, read in opentiva (a18149915d88) and stanpumpR (ace20c9c8de3)",
    address: "https://doi.org/10.1093/bja/aeg028",
};
/// Effect-site model of perception and pain.
pub static OLOFSEN_2022: Source = Source {
    key: "Olofsen 2022",
    citation: "Olofsen et al. Anesthesiology 2022, abstract",
    address: "https://doi.org/10.1097/aln.0000000000004176",
};
/// Ketamine and metabolites in human cerebrospinal fluid.
pub static MOADDEL_2023: Source = Source {
    key: "Moaddel 2023",
    citation: "Moaddel et al. iScience 2023, as cited by a public repository (secondary; n = 9)",
    address: "https://doi.org/10.1016/j.isci.2023.107856",
};
/// Physical chemistry of ketamine.
pub static SAFETY_SHEET: Source = Source {
    key: "ketamine data sheet",
    citation: "Ketamine: molar masses, pKa 7.5, solubility (data sheet page)",
    address: "https://data.cas-msds.com/Ketamine.html",
};
/// Saliva and oral mucosa.
pub static ORAL_MUCOSA_REVIEW: Source = Source {
    key: "oral mucosa review",
    citation: "Drug delivery in the mouth: saliva pH 6.2-7.6, floor of mouth 6.5, tongue 6.8 (encyclopedia entry)",
    address: "https://encyclopedia.pub/entry/history/compare_revision/95124",
};
