//! STAND-INS, each for a part that is written elsewhere: what it has of that part's interface is what is
//! used here, and it does as little as can honestly be done. To swap one, change the `use` that names it
//! (each file says where) and remove the file.

pub(crate) mod plan;
pub(crate) mod record;
pub(crate) mod scan;
