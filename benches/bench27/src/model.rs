//! The benchmark's model: a stiff, ketamine-like cascade with placeholder values, as `shared/bench` publishes it.
//!
//! Names are the file's, in lower case; `_half` marks a half-saturation that differs from a rate by case only.

use notation::{Fields, Real, observables, parameters, states};

/// The cascade.
pub struct Bench27;

/// Names of the states in the population and reference files, in the order of the model.
pub const STATE_NAMES: [&str; 27] = [
    "Adep", "Agut", "A1", "A2", "A3", "M1", "M2", "Ce", "CeN", "RO", "Gaba", "Glu", "AMPAa", "AMPAd", "Ca", "Bv", "Be",
    "TrkB", "Akt", "mTOR", "eEF2", "PS", "GluR1", "SP", "CORT", "RUM", "SYMP",
];

/// Names of the parameters in the model file, in the order of the model.
pub const PARAMETER_NAMES: [&str; 69] = [
    "kam", "ks", "kag", "Fm", "Fg", "CL", "V1", "Q2", "V2", "Q3", "V3", "fmet", "CLm", "VM", "Qm", "VM2", "ke0", "kpf",
    "kpn", "an", "Kd", "koff", "kgaba", "gmax", "R50", "kglu", "eglu", "Kup", "Kfb", "kaa", "KA", "kad", "kdes",
    "kres", "kca", "ksynb", "krel", "KC", "kdb", "vr", "kdeg", "kt", "KT", "ktd", "kak", "kakd", "km", "Kcort", "kmd",
    "keef", "en", "kps", "emt", "kg", "eg", "ksp", "Smax", "kel", "ecort", "kc", "stress", "er", "fbs", "kr", "th",
    "esp", "ksy", "s1", "s2",
];

/// Initial values of the states.
pub const INITIAL: [f64; 27] = [
    100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.2, 0.1, 0.2, 1.0, 0.3, 0.2, 0.2, 0.2, 0.8, 0.5,
    1.0, 0.6, 1.0, 0.8, 1.0,
];

pub mod cascade {
    //! The declarations.
    use super::*;
    use notation::evidence::{Evidence, assumed, fixed};
    const PLACEHOLDER: Evidence = assumed("placeholder value of the speed benchmark");
    states! {
        adep: dimensionless;
        agut: dimensionless;
        a1: dimensionless;
        a2: dimensionless;
        a3: dimensionless;
        m1: dimensionless;
        m2: dimensionless;
        ce: dimensionless;
        cen: dimensionless;
        ro: dimensionless;
        gaba: dimensionless;
        glu: dimensionless;
        ampa_active: dimensionless;
        ampa_desensitised: dimensionless;
        ca: dimensionless;
        bv: dimensionless;
        be: dimensionless;
        trkb: dimensionless;
        akt: dimensionless;
        mtor: dimensionless;
        eef2: dimensionless;
        ps: dimensionless;
        glur1: dimensionless;
        sp: dimensionless;
        cort: dimensionless;
        rum: dimensionless;
        symp: dimensionless;
    }
    parameters! {
        kam = 2.0 dimensionless, fixed(), PLACEHOLDER;
        ks = 3.0 dimensionless, fixed(), PLACEHOLDER;
        kag = 1.2 dimensionless, fixed(), PLACEHOLDER;
        fm = 0.45 dimensionless, fixed(), PLACEHOLDER;
        fg = 0.17 dimensionless, fixed(), PLACEHOLDER;
        cl = 80.0 dimensionless, fixed(), PLACEHOLDER;
        v1 = 80.0 dimensionless, fixed(), PLACEHOLDER;
        q2 = 110.0 dimensionless, fixed(), PLACEHOLDER;
        v2 = 100.0 dimensionless, fixed(), PLACEHOLDER;
        q3 = 35.0 dimensionless, fixed(), PLACEHOLDER;
        v3 = 150.0 dimensionless, fixed(), PLACEHOLDER;
        fmet = 0.7 dimensionless, fixed(), PLACEHOLDER;
        clm = 60.0 dimensionless, fixed(), PLACEHOLDER;
        vm = 90.0 dimensionless, fixed(), PLACEHOLDER;
        qm = 60.0 dimensionless, fixed(), PLACEHOLDER;
        vm2 = 120.0 dimensionless, fixed(), PLACEHOLDER;
        ke0 = 8.0 dimensionless, fixed(), PLACEHOLDER;
        kpf = 1.8 dimensionless, fixed(), PLACEHOLDER;
        kpn = 1.4 dimensionless, fixed(), PLACEHOLDER;
        an = 0.3 dimensionless, fixed(), PLACEHOLDER;
        kd = 0.6 dimensionless, fixed(), PLACEHOLDER;
        koff = 2400.0 dimensionless, fixed(), PLACEHOLDER;
        kgaba = 720.0 dimensionless, fixed(), PLACEHOLDER;
        gmax = 0.8 dimensionless, fixed(), PLACEHOLDER;
        r50 = 0.35 dimensionless, fixed(), PLACEHOLDER;
        kglu = 120.0 dimensionless, fixed(), PLACEHOLDER;
        eglu = 3.0 dimensionless, fixed(), PLACEHOLDER;
        kup = 2.0 dimensionless, fixed(), PLACEHOLDER;
        kfb = 2.5 dimensionless, fixed(), PLACEHOLDER;
        kaa = 360.0 dimensionless, fixed(), PLACEHOLDER;
        ka = 2.0 dimensionless, fixed(), PLACEHOLDER;
        kad = 300.0 dimensionless, fixed(), PLACEHOLDER;
        kdes = 20.0 dimensionless, fixed(), PLACEHOLDER;
        kres = 8.0 dimensionless, fixed(), PLACEHOLDER;
        kca = 360.0 dimensionless, fixed(), PLACEHOLDER;
        ksynb = 0.05 dimensionless, fixed(), PLACEHOLDER;
        krel = 1.5 dimensionless, fixed(), PLACEHOLDER;
        kc_half = 0.35 dimensionless, fixed(), PLACEHOLDER;
        kdb = 0.02 dimensionless, fixed(), PLACEHOLDER;
        vr = 4.0 dimensionless, fixed(), PLACEHOLDER;
        kdeg = 2.5 dimensionless, fixed(), PLACEHOLDER;
        kt = 8.0 dimensionless, fixed(), PLACEHOLDER;
        kt_half = 0.5 dimensionless, fixed(), PLACEHOLDER;
        ktd = 5.0 dimensionless, fixed(), PLACEHOLDER;
        kak = 6.0 dimensionless, fixed(), PLACEHOLDER;
        kakd = 5.0 dimensionless, fixed(), PLACEHOLDER;
        km = 3.0 dimensionless, fixed(), PLACEHOLDER;
        kcort = 1.5 dimensionless, fixed(), PLACEHOLDER;
        kmd = 2.0 dimensionless, fixed(), PLACEHOLDER;
        keef = 6.0 dimensionless, fixed(), PLACEHOLDER;
        en = 0.9 dimensionless, fixed(), PLACEHOLDER;
        kps = 0.3 dimensionless, fixed(), PLACEHOLDER;
        emt = 2.0 dimensionless, fixed(), PLACEHOLDER;
        kg = 0.08 dimensionless, fixed(), PLACEHOLDER;
        eg = 0.8 dimensionless, fixed(), PLACEHOLDER;
        ksp = 0.02 dimensionless, fixed(), PLACEHOLDER;
        smax = 1.5 dimensionless, fixed(), PLACEHOLDER;
        kel = 0.008 dimensionless, fixed(), PLACEHOLDER;
        ecort = 0.7 dimensionless, fixed(), PLACEHOLDER;
        kc = 0.5 dimensionless, fixed(), PLACEHOLDER;
        stress = 1.0 dimensionless, fixed(), PLACEHOLDER;
        er = 0.6 dimensionless, fixed(), PLACEHOLDER;
        fbs = 0.4 dimensionless, fixed(), PLACEHOLDER;
        kr = 0.012 dimensionless, fixed(), PLACEHOLDER;
        th = 0.45 dimensionless, fixed(), PLACEHOLDER;
        esp = 0.5 dimensionless, fixed(), PLACEHOLDER;
        ksy = 0.005 dimensionless, fixed(), PLACEHOLDER;
        s1 = 1.0 dimensionless, fixed(), PLACEHOLDER;
        s2 = 0.3 dimensionless, fixed(), PLACEHOLDER;
    }
    observables! {
        adep: dimensionless;
        agut: dimensionless;
        a1: dimensionless;
        a2: dimensionless;
        a3: dimensionless;
        m1: dimensionless;
        m2: dimensionless;
        ce: dimensionless;
        cen: dimensionless;
        ro: dimensionless;
        gaba: dimensionless;
        glu: dimensionless;
        ampa_active: dimensionless;
        ampa_desensitised: dimensionless;
        ca: dimensionless;
        bv: dimensionless;
        be: dimensionless;
        trkb: dimensionless;
        akt: dimensionless;
        mtor: dimensionless;
        eef2: dimensionless;
        ps: dimensionless;
        glur1: dimensionless;
        sp: dimensionless;
        cort: dimensionless;
        rum: dimensionless;
        symp: dimensionless;
    }
}
pub use cascade::{Observables, Parameters, State};

/// No controls: doses go straight into the depot.
#[derive(Clone, Copy, Debug)]
pub struct NoControls<S>(std::marker::PhantomData<S>);
impl<S: Copy> Fields<S> for NoControls<S> {
    fn declare(_: &str, _: &mut Vec<notation::Field>) {}
    fn read(_: &mut dyn FnMut() -> S) -> Self {
        NoControls(std::marker::PhantomData)
    }
    fn write(&self, _: &mut dyn FnMut(S)) {}
}

fn square<S: Real>(x: S) -> S {
    x * x
}

impl notation::Model for Bench27 {
    type State<S: Real> = State<S>;
    type Parameters<S: Real> = Parameters<S>;
    type Controls<S: Real> = NoControls<S>;
    type Observables<S: Real> = Observables<S>;

    fn baseline<S: Real>(_: &Parameters<S>) -> State<S> {
        let values = INITIAL.map(S::number);
        notation::fields::from_leaves(&values)
    }

    fn rates<S: Real>(_: S, x: &State<S>, p: &Parameters<S>, _: &NoControls<S>) -> State<S> {
        let n = S::number;
        State {
            adep: -(p.kam + p.ks) * x.adep,
            agut: p.ks * x.adep - p.kag * x.agut,
            a1: p.fm * p.kam * x.adep + p.fg * p.kag * x.agut - (p.cl / p.v1 + p.q2 / p.v1 + p.q3 / p.v1) * x.a1
                + p.q2 / p.v2 * x.a2
                + p.q3 / p.v3 * x.a3,
            a2: p.q2 / p.v1 * x.a1 - p.q2 / p.v2 * x.a2,
            a3: p.q3 / p.v1 * x.a1 - p.q3 / p.v3 * x.a3,
            m1: p.fmet * p.cl / p.v1 * x.a1 + n(0.8) * (n(1.0) - p.fg) * p.kag * x.agut
                - (p.clm / p.vm + p.qm / p.vm) * x.m1
                + p.qm / p.vm2 * x.m2,
            m2: p.qm / p.vm * x.m1 - p.qm / p.vm2 * x.m2,
            ce: p.ke0 * (p.kpf / (n(0.2377) * p.v1) * x.a1 - x.ce),
            cen: p.ke0 * (p.kpn / (n(0.2237) * p.vm) * x.m1 - x.cen),
            ro: p.koff / p.kd * (x.ce + p.an * x.cen) * (n(1.0) - x.ro) - p.koff * x.ro,
            gaba: p.kgaba * (n(1.0) - p.gmax * square(x.ro) / (square(x.ro) + square(p.r50)) - x.gaba),
            glu: p.kglu
                * ((n(1.0) + p.eglu * (n(1.0) - x.gaba)) * (n(1.0) + n(1.0) / square(p.kfb))
                    / (n(1.0) + square(x.glu) / square(p.kfb))
                    - (n(1.0) + p.kup) * x.glu / (p.kup + x.glu)),
            ampa_active: p.kaa * square(x.glu) / (square(x.glu) + square(p.ka))
                * x.glur1
                * (n(1.0) - x.ampa_active - x.ampa_desensitised)
                - (p.kad + p.kdes) * x.ampa_active,
            ampa_desensitised: p.kdes * x.ampa_active - p.kres * x.ampa_desensitised,
            ca: p.kca * (x.ampa_active - x.ca),
            bv: p.ksynb * (n(1.0) + x.ps)
                - p.krel * square(x.ca) / (square(x.ca) + square(p.kc_half)) * x.bv
                - p.kdb * x.bv,
            be: p.vr * p.krel * square(x.ca) / (square(x.ca) + square(p.kc_half)) * x.bv - p.kdeg * x.be,
            trkb: p.kt * square(x.be) / (square(x.be) + square(p.kt_half)) * (n(1.0) - x.trkb) - p.ktd * x.trkb,
            akt: p.kak * x.trkb * (n(1.0) - x.akt) - p.kakd * x.akt,
            mtor: p.km * x.akt * (n(1.0) - x.mtor) / (n(1.0) + square(x.cort) / square(p.kcort)) - p.kmd * x.mtor,
            eef2: p.keef * ((n(1.0) - p.en * x.ro) / (n(1.0) + square(x.ca) / square(p.kc_half)) - x.eef2),
            ps: p.kps * (p.emt * x.mtor / (n(0.3) + x.mtor) / (n(0.5) + x.eef2) - x.ps),
            glur1: p.kg * (n(1.0) + p.eg * x.ps - x.glur1),
            sp: p.ksp * x.ps * (p.smax - x.sp) - p.kel * (n(1.0) + p.ecort * x.cort) * x.sp,
            cort: p.kc * (p.stress * (n(1.0) + p.er * x.rum) / (n(1.0) + p.fbs * x.sp) - x.cort),
            rum: p.kr * (n(4.0) * x.rum * (n(1.0) - x.rum) * (x.rum - p.th) + n(0.15) * x.cort - p.esp * x.sp * x.rum),
            symp: p.ksy * (p.s1 * x.rum + p.s2 * x.cort / (n(1.0) + x.cort) - x.symp),
        }
    }

    fn observe<S: Real>(_: S, x: &State<S>, _: &Parameters<S>, _: &NoControls<S>) -> Observables<S> {
        let values: Vec<S> = notation::fields::leaves(x);
        notation::fields::from_leaves(&values)
    }
}
