package dev.postrider.sample.signup.web;

import dev.postrider.sample.signup.purchase.CopyJourney;
import dev.postrider.sample.signup.purchase.Purchase;
import dev.postrider.sample.signup.purchase.PurchaseJourney;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A purchase as it is shown. */
record PurchaseView(Purchase purchase, PurchaseJourney journey, Instant now) {
    public String id() {
        return purchase.id().toString();
    }

    public String email() {
        return purchase.email();
    }

    public String article() {
        return purchase.article().title();
    }

    public String headline() {
        return "Thank you, " + purchase.buyerName();
    }

    /** For style sheets, scripts and tests. */
    public String state() {
        return journey.code();
    }

    public String label() {
        return switch (journey.code()) {
            case "done" -> "All done";
            case "dead-lettered" -> "A copy was set aside";
            default -> journey.count(CopyJourney.State.DONE) + " of " + expected() + " done";
        };
    }

    public String confirmedIn() {
        return journey.confirmedIn() == null
                ? ""
                : String.format(Locale.ROOT, "%,d", journey.confirmedIn().toMillis());
    }

    /** The same for scripts: only digits. */
    public String confirmedMillis() {
        return journey.confirmedIn() == null
                ? ""
                : String.valueOf(journey.confirmedIn().toMillis());
    }

    public List<CopyView> copies() {
        return journey.copies().stream()
                .map(copy -> new CopyView(copy, purchase.boughtAt(), now))
                .collect(Collectors.toList());
    }

    private long expected() {
        return journey.copies().size() - journey.count(CopyJourney.State.LEFT_OUT);
    }

    /** A department's copy as it is shown. */
    record CopyView(CopyJourney copy, Instant boughtAt, Instant now) {
        public String queue() {
            return copy.department().queue();
        }

        public String title() {
            return copy.department().title();
        }

        public String state() {
            return copy.state().code();
        }

        public String label() {
            return copy.state().label();
        }

        /** The subscription's filter; empty if it has none. */
        public String filter() {
            return copy.department().filter().orElse("");
        }

        public boolean isLeftOut() {
            return copy.state() == CopyJourney.State.LEFT_OUT;
        }

        public List<StepView> steps() {
            return copy.steps().stream()
                    .map(step -> StepView.of(step, boughtAt, now))
                    .collect(Collectors.toList());
        }
    }
}
