//! What a rater or a questionnaire would read: each scale a bounded, monotone function of one latent severity.
//!
//! Expected scores; noise, rounding and raters are added where patients are sampled. Nothing here feeds back into biology.
//! No conversion between scales was found in the sources, so that each has an offset: how much harder or easier its range fills.

use crate::laws::logistic;
use crate::symptoms;
use notation::Real;
use notation::evidence::{assumed, fixed, normal};

notation::parameters! {
    /// Range of PHQ-9.
    range_phq9 = 27.0 point, fixed(), assumed("9 items, 0-3 each");
    /// Offset of PHQ-9 against MADRS.
    offset_phq9 = 0.29 dimensionless, normal(0.3).range(-0.5, 1.0), assumed("about 18 at MADRS 36");
    /// Range of HAM-D17.
    range_hamd17 = 52.0 point, fixed(), assumed("17 items");
    /// Offset of HAM-D17 against MADRS.
    offset_hamd17 = -0.64 dimensionless, normal(0.2).range(-1.5, 0.0), assumed("about 23 at MADRS 36");
    /// Range of QIDS-SR16.
    range_qids = 27.0 point, fixed(), assumed("16 items, 9 domains, 0-3 each");
    /// Offset of QIDS-SR16 against MADRS.
    offset_qids = 0.13 dimensionless, normal(0.3).range(-0.5, 1.0), assumed("about 17 at MADRS 36");
    /// Range of HAM-A.
    range_hama = 56.0 point, fixed(), assumed("14 items, 0-4 each");
    /// Offset of HAM-A against GAD-7.
    offset_hama = -0.84 dimensionless, normal(0.3).range(-2.0, 0.0), assumed("about 26 at GAD-7 14");
    /// Range of LSAS.
    range_lsas = 144.0 point, fixed(), assumed("24 situations, 0-3 twice");
    /// Offset of LSAS against GAD-7.
    offset_lsas = -0.33 dimensionless, normal(0.5).range(-2.0, 1.0), assumed("about 85 at GAD-7 14 in social anxiety");
    /// Range of CAPS-5.
    range_caps5 = 80.0 point, fixed(), assumed("20 items, 0-4 each");
    /// Offset of CAPS-5 against PCL-5.
    offset_caps5 = -0.41 dimensionless, normal(0.3).range(-1.5, 0.5), assumed("about 42 at PCL-5 50");
    /// Weight of guilt and shame in PCL-5 and CAPS-5.
    weight_guilt = 0.3 dimensionless, fixed().range(0.0, 1.0), assumed("the cluster of negative cognition and mood is 7 of 20 items");
    /// Range of pain interference (BPI).
    range_bpi = 10.0 point, fixed(), assumed("0-10");
    /// Offset of pain interference against pain.
    offset_bpi = 0.0 dimensionless, normal(0.4), assumed("interference about as high as intensity");
}

notation::observables! {
    /// MADRS, 0-60.
    madrs: point;
    /// PHQ-9, 0-27.
    phq9: point;
    /// HAM-D17, 0-52.
    hamd17: point;
    /// QIDS-SR16, 0-27.
    qids_sr16: point;
    /// GAD-7, 0-21.
    gad7: point;
    /// HAM-A, 0-56.
    hama: point;
    /// LSAS, 0-144.
    lsas: point;
    /// PCL-5, 0-80.
    pcl5: point;
    /// CAPS-5, 0-80.
    caps5: point;
    /// Pain intensity, numeric rating 0-10.
    pain_nrs: point;
    /// Pain interference (BPI), 0-10.
    bpi: point;
    /// Guilt and shame, log-odds above rest (no scale).
    guilt: dimensionless;
}

/// What can be read off.
pub fn observe<S: Real>(
    x: &symptoms::State<S>,
    p: &Parameters<S>,
    anchors: &symptoms::Parameters<S>,
) -> Observables<S> {
    let score = |range: S, severity: S| range * logistic(severity);
    let trauma = x.trauma + p.weight_guilt * x.guilt;
    Observables {
        madrs: score(anchors.range_madrs, x.depression),
        phq9: score(p.range_phq9, x.depression + p.offset_phq9),
        hamd17: score(p.range_hamd17, x.depression + p.offset_hamd17),
        qids_sr16: score(p.range_qids, x.depression + p.offset_qids),
        gad7: score(anchors.range_gad7, x.anxiety),
        hama: score(p.range_hama, x.anxiety + p.offset_hama),
        lsas: score(p.range_lsas, x.anxiety + p.offset_lsas),
        pcl5: score(anchors.range_pcl5, trauma),
        caps5: score(p.range_caps5, trauma + p.offset_caps5),
        pain_nrs: score(anchors.range_pain, x.pain),
        bpi: score(p.range_bpi, x.pain + p.offset_bpi),
        guilt: x.guilt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notation::fields::typical;

    #[test]
    fn the_anchors_read_what_the_patient_came_with() {
        let anchors: symptoms::Parameters<f64> = typical();
        let read = observe(&symptoms::rest(&anchors), &typical(), &anchors);
        assert!((read.madrs - anchors.baseline_madrs).abs() < 1e-12);
        assert!((read.gad7 - anchors.baseline_gad7).abs() < 1e-12);
        assert!((read.pcl5 - anchors.baseline_pcl5).abs() < 1e-12);
        assert!((read.pain_nrs - anchors.baseline_pain).abs() < 1e-12);
    }

    #[test]
    fn every_scale_stays_in_its_range_and_rises_with_severity() {
        let anchors: symptoms::Parameters<f64> = typical();
        let p: Parameters<f64> = typical();
        let mut last = 0.0;
        for i in -30..=30 {
            let s = f64::from(i) / 3.0;
            let x = symptoms::State { depression: s, anxiety: s, trauma: s, guilt: 0.0, pain: s, slow_site: 0.0 };
            let read = observe(&x, &p, &anchors);
            assert!(0.0 < read.phq9 && read.phq9 < 27.0 && last < read.phq9);
            assert!(0.0 < read.hamd17 && read.hamd17 < 52.0 && 0.0 < read.lsas && read.lsas < 144.0);
            last = read.phq9;
        }
    }
}
