//! `verify-gate ack`: yes to a gate that was read in full, signed where that is asked for.

use std::io::IsTerminal;

use super::asked::{Asked, Signing};
use super::place::{Place, place};
use super::{Saying, confirmed, declined, found, lines, say, show, sign, slice_of};
use crate::compose::Wish;
use crate::log::{self, Kind, Log};
use crate::shell::Error;
use crate::shell::cli::{Answer, Common};
use crate::shell::terminal::Outcome;
use crate::shell::world::World;

/// Agrees to a gate.
pub fn ack(common: &Common, arguments: &Answer) -> Result<Outcome, Error> {
    let world = World::new();
    let place = place(common, &world)?;
    let writer = Saying { place: &place, party: None, date: Some(world.today) };
    let text = place.text()?;
    let before = writer.read(&text);
    let find = |log: &Log| found(log, place.own(), Kind::Ack, arguments.writing.slice.as_deref());
    let gate = find(&before)?;
    let unsigned = Wish::Ack { gate, signed: None };
    // Refused before anything is shown or asked.
    let composed = writer.compose(&unsigned, &text)?;
    let signs = arguments.sign.is_some() || arguments.signed.is_some() || arguments.print_terms;
    let asked = Asked::of(&place, &world, &composed.log, signs)?;
    let signing = match signs {
        true => Some(asked.signing(&composed.log)?),
        false => asked.allow_unsigned().map(|()| None)?,
    };
    if let Some(signing) = signing.as_ref().filter(|_| arguments.print_terms) {
        say(signing.message())?;
        return Ok(Outcome::Pass);
    }
    say(&show::in_full(&before, gate, &place.policy))?;
    if !signs {
        asked.note_author();
    }
    if !arguments.yes && !agreed()? {
        return Ok(declined());
    }
    let signed = signing.as_ref().map(|signing| block(&place, &world, arguments, signing)).transpose()?;
    let digest = |log: &Log| log.gates.get(gate).and_then(|g| log.entry_of(g)).map(log::Entry::digest);
    let seen = digest(&before);
    let message = format!("ACK {}", slice_of(&before, gate));
    let wish = Wish::Ack { gate, signed };
    writer.write_composed(arguments.writing.commit, &message, |text| {
        let now = writer.read(text);
        if find(&now)? != gate || digest(&now) != seen {
            return Err(Error::new("the log has another gate now than the one that was shown").hint("run it again"));
        }
        let composed = writer.compose(&wish, text)?;
        // Judged as it will be judged, on what the log has become in the meantime.
        if signing.is_some() {
            asked.prove(&composed.log)?;
        }
        Ok(composed)
    })
}

fn agreed() -> Result<bool, Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::new("an ACK is given by somebody who has read the gate, and nobody can be asked here")
            .hint("run it on a terminal, or add --yes"));
    }
    confirmed("ACK this gate?")
}

/// What is signed and its signature, made here or elsewhere.
fn block(place: &Place, world: &World, arguments: &Answer, signing: &Signing) -> Result<String, Error> {
    if let Some(file) = &arguments.signed {
        return sign::made_elsewhere(file);
    }
    let option = arguments.sign.as_deref().unwrap_or_default();
    let key = sign::key(place, option, |line| signing.has(line, world.now))?;
    say(&format!("\nwhat is signed:\n{}", lines(signing.message())))?;
    Ok(format!("{}{}", signing.message(), sign::sign(place, &key, signing.message())?))
}
