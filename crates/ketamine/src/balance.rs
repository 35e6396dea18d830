//! The books of drug: every mole given, wherever and whatever it has become.

notation::observables! {
    /// Ketamine and its metabolites of both enantiomers, eliminated or not.
    accounted: nanomole;
}
