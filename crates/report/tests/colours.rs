//! Colours are told apart from their ground: contrast after WCAG 2 (text 4.5), in the light and in the dark scheme and in print.

use report::svg::COLOURS;

fn luminance(hex: &str) -> f64 {
    let full: String = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.into() };
    let channel = |at: usize| {
        let c = f64::from(u8::from_str_radix(&full[at..at + 2], 16).expect("a colour")) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn colours_stand_out_in_every_scheme() {
    let schemes: Vec<&str> = COLOURS.split("--paper:#").skip(1).collect();
    assert_eq!(schemes.len(), 4, "light, dark by preference, dark by choice, print");
    for scheme in schemes {
        let scheme = format!("--paper:#{}", scheme.split('}').next().unwrap_or_default());
        let colour = |name: &str| {
            let value = scheme.split(&format!("--{name}:#")).nth(1).unwrap_or_else(|| panic!("--{name} is missing"));
            value.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default().to_string()
        };
        for ground in ["paper", "card"] {
            for ink in ["ink", "muted", "accent", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"] {
                let found = contrast(&colour(ink), &colour(ground));
                assert!(4.5 <= found, "{ink} {} on {ground} {}: {found:.2}", colour(ink), colour(ground));
            }
        }
    }
}
