//! The project's own figure: what is drawn, in data coordinates, before anything knows about pixels.
//!
//! `kuva` 0.6 was looked at as the backend and not taken: its SVG has a fixed size without a view box, no title or
//! description of its own, and colours written into every element, so one picture cannot follow the reader's light or
//! dark scheme, cannot be read out, and cannot be set again for a telephone.
//! The renderer in [`crate::svg`] is smaller than the adapter would have been.

use crate::run::{BandKind, Standing};
use crate::tables::Table;
use serde::{Deserialize, Serialize};

/// One picture with everything needed to read it without seeing it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figure {
    /// Letters, digits and hyphens; unique in a page.
    pub id: String,
    /// What the picture is of.
    pub title: String,
    /// What the picture shows, for a reader who cannot see it: the main shape and its numbers.
    pub description: String,
    /// What to look at, in plain words.
    pub caption: String,
    /// How the parts are known.
    pub standing: Vec<(Standing, String)>,
    /// The shared horizontal axis.
    pub x: Axis,
    /// Strips from top to bottom.
    pub panels: Vec<Panel>,
    /// Shaded stretches of the horizontal axis, through all strips.
    pub spans: Vec<Span>,
    /// Moments marked through all strips.
    pub moments: Vec<Moment>,
    /// The numbers.
    pub table: Table,
}

/// An axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Axis {
    /// `time since the dose`.
    pub label: String,
    /// `min`; empty if the ticks carry their unit or there is none.
    pub unit: String,
    /// How values map to places.
    pub scale: Scale,
    /// Ends of the axis; where absent they follow the data.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Drawn without line, ticks and label.
    pub hidden: bool,
}

/// How values map to places.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// By factors.
    Log,
    /// Evenly, with ticks that suit minutes.
    Minutes,
    /// Evenly, with ticks that suit days.
    Days,
    /// Hours by factors, ticks from `1 min` to `8 wk`.
    LogHours,
    /// Named places 0, 1, 2, ... ; from top to bottom on a vertical axis.
    Names(Vec<String>),
}

/// One strip.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panel {
    /// Vertical axis; its label and unit head the strip.
    pub y: Axis,
    /// Height in the wide variant, at which text is 13.
    pub height: f64,
    /// What is drawn, back to front.
    pub marks: Vec<Mark>,
    /// Where the lines are named.
    pub naming: Naming,
    /// A remark at the right of the heading: `peak at 19 min`.
    pub remark: String,
}

/// Where lines are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Naming {
    /// At their right end where there is room, otherwise in a legend.
    #[default]
    AtTheEnd,
    /// In a legend above the strip.
    Legend,
    /// The strip's heading stands at its left and names the only line.
    AtTheLeft,
    /// Not at all.
    None,
}

/// Something drawn. Labels become legend entries; an empty label stays out of the legend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Mark {
    /// A curve; a point that is not finite leaves a gap.
    Line {
        /// Name.
        label: String,
        /// Colour and dash.
        ink: Ink,
        /// Places.
        points: Vec<[f64; 2]>,
    },
    /// A staircase: level until the next point.
    Steps {
        /// Name.
        label: String,
        /// Colour and dash.
        ink: Ink,
        /// Places.
        points: Vec<[f64; 2]>,
    },
    /// The surface between a curve and a floor.
    Area {
        /// Colour.
        ink: Ink,
        /// Places.
        points: Vec<[f64; 2]>,
        /// Value of the floor.
        floor: f64,
    },
    /// An interval along the horizontal axis: `[x, low, high]`.
    Band {
        /// Name.
        label: String,
        /// Colour.
        ink: Ink,
        /// Tinted or hatched.
        kind: BandKind,
        /// Percent inside; the wider, the paler.
        percent: f64,
        /// Places.
        points: Vec<[f64; 3]>,
        /// Whether the edges are staircases.
        stepped: bool,
    },
    /// Separate points.
    Points {
        /// Name.
        label: String,
        /// Colour.
        ink: Ink,
        /// Shape.
        shape: Shape,
        /// Places.
        points: Vec<[f64; 2]>,
    },
    /// Error bars: `[x, y, low, high]`.
    Whiskers {
        /// Name.
        label: String,
        /// Colour.
        ink: Ink,
        /// Direction of the bar.
        along: Along,
        /// Places.
        bars: Vec<[f64; 4]>,
    },
    /// Rectangles.
    Boxes {
        /// Name.
        label: String,
        /// Colour.
        ink: Ink,
        /// `[left, right, low, high]` in data coordinates.
        boxes: Vec<[f64; 4]>,
        /// From 0, invisible, to 1, full.
        strength: f64,
    },
    /// Words at a place.
    Text {
        /// Horizontal place.
        x: f64,
        /// Vertical place.
        y: f64,
        /// The words.
        words: String,
        /// Which part of the words stands there.
        anchor: Anchor,
        /// Colour.
        ink: Ink,
    },
    /// A line across the strip at one value.
    Rule {
        /// Name, written beside the line.
        label: String,
        /// The value.
        at: f64,
        /// Direction of the line.
        along: Along,
        /// Colour and dash.
        ink: Ink,
    },
}

/// Direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Along {
    /// Left to right.
    X,
    /// Bottom to top.
    Y,
}

/// Which part of words stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// Their beginning.
    Start,
    /// Their middle.
    Middle,
    /// Their end.
    End,
}

/// Shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Filled circle.
    Disc,
    /// Open circle.
    Ring,
    /// Filled diamond.
    Diamond,
    /// Filled square.
    Square,
    /// Open triangle.
    Triangle,
    /// Short upright stroke.
    Stroke,
    /// A cross.
    Cross,
    /// A person.
    Person,
    /// A person in outline.
    OpenPerson,
}

/// Colour (1 to 7, 0 is grey) and dash, which tells curves apart without colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ink {
    /// Index into the palette.
    pub colour: u8,
    /// Dash.
    pub dash: Dash,
    /// Line width; 0 means the usual one.
    pub weight: f64,
}

/// Dash of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Long,
    /// Short dashes.
    Short,
    /// Dots.
    Dots,
    /// Dash and dot.
    Mixed,
}

impl Ink {
    /// The n-th of a group, different in colour and in dash.
    pub fn nth(n: usize) -> Ink {
        let dash = [Dash::Solid, Dash::Long, Dash::Short, Dash::Mixed, Dash::Dots][n % 5];
        Ink { colour: (n % 7 + 1) as u8, dash, weight: 0.0 }
    }
    /// A colour, unbroken.
    pub fn plain(colour: u8) -> Ink {
        Ink { colour, ..Ink::default() }
    }
    /// The same colour with a dash.
    pub fn dashed(self, dash: Dash) -> Ink {
        Ink { dash, ..self }
    }
    /// The same with a line width.
    pub fn weight(self, weight: f64) -> Ink {
        Ink { weight, ..self }
    }
}

/// A shaded stretch of the horizontal axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Beginning.
    pub from: f64,
    /// End.
    pub to: f64,
    /// Written at the top.
    pub label: String,
    /// From 0, invisible, to 1, strong.
    pub strength: f64,
}

/// A marked moment on the horizontal axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: f64,
    /// Written at the top; may be empty.
    pub label: String,
}
