//! Fitted values. Written by `resynapse calibrate`; do not edit.

use super::{Fitted, Scatter};

/// Moved parameters.
pub const MOVED: &[Fitted] = &[
    Fitted { name: "mouth.mucosal_uptake", value: 0.2212987541428036, mode: -1.508241661661705, deviation: 0.2373465050581107, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax", identifiable: true },
    Fitted { name: "mouth.saliva_ph", value: 6.64527132011083, mode: 1.8939055220481107, deviation: 0.017878692067600694, rows: "simons22.film100.s_ketamine.cmax, simons22.film50.s_ketamine.cmax, simons22.film100.s_ketamine.auc0_6h, simons22.film50.s_ketamine.auc0_6h, simons22.film.s_ketamine.f", identifiable: true },
    Fitted { name: "routes.rectum_bypass", value: 0.006849617004671259, mode: 0.006849617004671259, deviation: 0.09110734806164231, rows: "yanagihara03.rectal.ketamine.f", identifiable: false },
    Fitted { name: "gut.escaping", value: 0.43904097222213034, mode: -0.8231625394598948, deviation: 0.1322336080437768, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax", identifiable: true },
    Fitted { name: "liver.intrinsic_clearance", value: 399.0420045683007, mode: 5.989066685956151, deviation: 0.09880567822310936, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax", identifiable: true },
    Fitted { name: "liver.demethylated_fraction", value: 0.95, mode: -0.05129329438755058, deviation: 0.08006762125391094, rows: "simons22.film100.s_norketamine.auc0_6h, simons22.film50.s_norketamine.auc0_6h, simons22.film50.s_norketamine.cmax, simons22.film100.s_norketamine.cmax, otto21.iv10.s_norketamine.3h, otto21.iv10.s_norketamine.0.5h, otto21.iv10.s_norketamine.5h, otto21.iv10.s_norketamine.2h", identifiable: true },
    Fitted { name: "liver.r_intrinsic_ratio", value: 0.6210051142484169, mode: -0.47641596157787286, deviation: 0.09101256606728969, rows: "kamp20.racemate.r_ketamine.5h, kamp20.racemate.r_ketamine.4h, kamp20.racemate.r_ketamine.3.5h, yanagihara03.oral.ketamine.f, kamp20.racemate.r_ketamine.3.167h, yanagihara03.rectal.ketamine.f, kamp20.racemate.r_ketamine.3.083h, kamp20.racemate.r_norketamine.0.25h", identifiable: false },
    Fitted { name: "norketamine.delay", value: 20.948331470098406, mode: 3.042058999764383, deviation: 0.10335169560059476, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax, kamp20.racemate.r_norketamine.0.25h", identifiable: true },
    Fitted { name: "norketamine.clearance", value: 1.0613243590189763, mode: 0.059517523580076545, deviation: 0.07553608596818186, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax, otto21.iv10.s_norketamine.10h, otto21.iv10.s_norketamine.8h, simons22.film100.s_norketamine.auc0_6h, simons22.film50.s_norketamine.auc0_6h, otto21.iv10.s_norketamine.6h, otto21.iv10.s_norketamine.5h", identifiable: true },
    Fitted { name: "norketamine.r_clearance_ratio", value: 0.7748963247421844, mode: -0.2550260331036137, deviation: 0.1304657339460756, rows: "kamp20.racemate.r_norketamine.5h, kamp20.racemate.r_norketamine.4h, kamp20.racemate.r_norketamine.3.5h, kamp20.racemate.r_norketamine.3.167h, kamp20.racemate.r_norketamine.3.083h, kamp20.racemate.r_norketamine.3h, kamp20.racemate.r_norketamine.2.5h, kamp20.racemate.r_norketamine.2.083h", identifiable: true },
    Fitted { name: "norketamine.peripheral_volume", value: 114.66713388873201, mode: 4.7420334433080225, deviation: 0.1741563442618685, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax", identifiable: true },
    Fitted { name: "norketamine.peripheral_flow", value: 2.39574596444191, mode: 0.8736946497748708, deviation: 0.20369131855965736, rows: "simons22.film100.hydroxynorketamine.tmax, simons22.film50.hydroxynorketamine.tmax", identifiable: true },
    Fitted { name: "venous.direct", value: 0.32206521513668357, mode: -1.1330012224640764, deviation: 0.20763372964902155, rows: "otto21.iv10.s_ketamine.0.5h, perez21.japanese28.s_ketamine.cmax, perez21.caucasian28.s_ketamine.cmax, perez21.asian28.s_ketamine.cmax, perez21.japanese84.s_ketamine.cmax, perez21.japanese56.s_ketamine.cmax, perez21.older28.s_ketamine.cmax, perez21.caucasian56.s_ketamine.cmax", identifiable: true },
    Fitted { name: "venous.equilibration", value: 0.012685919386482818, mode: -4.367262610316649, deviation: 0.1749544621127709, rows: "otto21.iv10.s_ketamine.6h, otto21.iv10.s_ketamine.5h, otto21.iv10.s_ketamine.1h, otto21.iv10.s_ketamine.8h, otto21.iv10.s_ketamine.10h, otto21.iv10.s_ketamine.0.5h, perez21.older56.s_ketamine.cmax, perez21.asian56.s_ketamine.cmax", identifiable: true },
    Fitted { name: "venous.norketamine_direct", value: 0.3869858508652189, mode: -0.9493671476925133, deviation: 0.19827524529751758, rows: "otto21.iv10.s_norketamine.0.5h, otto21.iv10.s_norketamine.1h, otto21.iv10.s_norketamine.10h, perez21.older84.s_norketamine.cmax, perez21.caucasian84.s_norketamine.cmax, otto21.iv10.s_norketamine.8h, perez21.caucasian28.s_norketamine.cmax, perez21.older56.s_norketamine.cmax", identifiable: true },
    Fitted { name: "venous.norketamine_equilibration", value: 0.010071386272641186, mode: -4.598056918107646, deviation: 0.273685446426585, rows: "otto21.iv10.s_norketamine.2h, otto21.iv10.s_norketamine.10h, otto21.iv10.s_norketamine.1h, otto21.iv10.s_norketamine.8h, otto21.iv10.s_norketamine.3h, perez21.caucasian56.s_norketamine.cmax, perez21.older56.s_norketamine.cmax, perez21.caucasian28.s_norketamine.cmax", identifiable: true },
];

/// Lower Cholesky factor of their posterior covariance, on the scales of the fit, row by row.
pub const FACTOR: &[&[f64]] = &[
    &[0.2373465050581107],
    &[-0.017086540138027576, 0.005262867674534531],
    &[0.002096221523087666, 0.0017688537817296646, 0.09106605230518254],
    &[-0.0328788452416876, -0.02007054838336721, 0.013466255922061268, 0.1257797347384737],
    &[0.0015955745701174357, 0.017918789996477225, 0.012928447231921663, 0.0650421854124834, 0.07100213042523104],
    &[0.027301725804720994, -0.005152062874881283, 0.0053444938364539465, 0.013146718351780485, -0.016051800205083767, 0.07197107670352007],
    &[-0.006756463847925365, -0.004018970273029666, 0.0051351226790725644, -0.012925274750102434, -0.015805033382059176, -0.0002907641545349783, 0.08819393074397254],
    &[0.042087838397917306, -0.0028796735149708, 0.0029269723186497983, 0.024953638061390247, -0.008704549700009756, 0.007317091612930836, 0.005036125166169526, 0.09008868703484182],
    &[0.016258608968697935, -0.002030099804342728, 0.004369030254676515, 0.007471865637350653, -0.008904164813330508, 0.059682596948595214, -0.0007389038307680326, -0.0018678614934408587, 0.041436553864068144],
    &[-0.026499557750529684, 0.007803957445338701, 0.002660854532874551, -0.002451122428045584, 0.01192158964415233, -0.001861717239297627, 0.023073557430733502, 0.0016983497921295488, -0.004384857241438486, 0.12467959161397364],
    &[0.11489185178913859, -0.021895090858771827, 0.008448405332053826, 0.05321682116896111, -0.03761978143054548, 0.07540075538655065, 0.004191901052959071, -0.009246369049201647, -0.05257845502809678, -0.02721648390307578, 0.05512416761692691],
    &[-0.0954666320976175, 0.01151834631749535, 0.009316557368574023, -0.024575159433315563, 0.0328163317433779, 0.12692412039490902, -0.0014623144314401093, -0.10212549625348408, -0.010823125228939152, -0.026795826014808514, 0.05220715095176524, 0.019331946373250402],
    &[0.004153157085166945, 0.006842221668839296, 0.0037889146514950766, 0.014728047253286719, 0.022562313541832496, 0.004311573744521235, -4.820841611478158e-11, -3.0838096498154877e-9, 5.963876670377667e-10, -2.425204944941297e-10, 3.202791629800628e-10, -1.7047989084131771e-10, 0.20564236447331952],
    &[0.00010608876881210811, -0.007103415116224137, -0.005506977801970941, -0.02876813289403766, -0.029411119437800278, 0.0005968142127456712, 1.6245613457501505e-10, 5.838684394685001e-9, -1.0783339170077749e-9, 4.5570111945723274e-10, -7.282481241183741e-10, 2.5786103212987206e-10, -0.11931397511481537, 0.12082825408744598],
    &[-0.048295831741178616, 0.007832636552041168, 0.001277150812975756, -0.016235372698828594, 0.016188115118719655, 0.0182672110103775, 0.0035180446432400707, 0.03141069118801102, 0.0008033001706771471, -0.011429922219038274, 0.02197666178461277, 0.010985517288484571, 9.610974170617677e-11, -1.0693419648250998e-10, 0.18526823527898645],
    &[0.11080185499530328, -0.026481494656247988, 0.002483276090043569, 0.04235183206505741, -0.04336125105217495, 0.01809769621044827, 0.0029446015946076294, -0.04375947282848175, -0.049257290606600994, -0.03249641976845561, 0.06603024554506226, -0.0019857434362689484, 3.33807090057351e-11, -1.622128924654854e-11, -0.14195979955996327, 0.16731841681195506],
];

/// Scatter between studies.
pub const SCATTER: &[Scatter] = &[
    Scatter { group: "pharmacokinetics", fold: 0.061457724855033, difference: 1.0 },
    Scatter { group: "mechanism", fold: 0.25, difference: 1.0 },
    Scatter { group: "clinical", fold: 0.25, difference: 1.0 },
];

/// Eigenvalues of the data's information in units of the prior's: those above 1 are directions that the data decide.
pub const EIGENVALUES: &[f64] = &[5544.84233807856, 236.18522093044317, 177.43764121377723, 73.92304365213214, 67.0936347953578, 51.17309585241567, 32.23464475528157, 18.680535232603944, 9.40573268514515, 8.580507860399692, 6.836389228973196, 4.825734030526364, 2.671669905091246, 1.149467962254797, 0.8366583890334931, 0.22038680119903306];
