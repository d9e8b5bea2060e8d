package dev.postrider.broker.simulation;

/** How bad the network is in this world, and whether faults still happen. */
final class Weather {
    private final Chance chance;
    private final double slow;
    private final double requestLost;
    private final double replyLost;
    private final double late;
    private final double signalLost;
    private boolean over;

    Weather(Chance chance) {
        this.chance = chance;
        boolean calm = chance.happens(0.15);
        this.slow = calm ? 0 : chance.between(0, 30) / 1_000.0;
        this.requestLost = calm ? 0 : chance.between(0, 20) / 1_000.0;
        this.replyLost = calm ? 0 : chance.between(0, 30) / 1_000.0;
        this.late = calm ? 0 : chance.between(0, 15) / 1_000.0;
        this.signalLost = calm ? 0 : chance.between(0, 50) / 100.0;
    }

    Fate next() {
        if (over) {
            return Fate.ANSWERED;
        }
        if (chance.happens(slow)) {
            return Fate.SLOW;
        }
        if (chance.happens(requestLost)) {
            return Fate.REQUEST_LOST;
        }
        if (chance.happens(replyLost)) {
            return Fate.REPLY_LOST;
        }
        return chance.happens(late) ? Fate.LATE : Fate.ANSWERED;
    }

    /** 0: lost; 2: doubled. */
    int copiesOfSignal() {
        if (over) {
            return 1;
        }
        if (chance.happens(signalLost)) {
            return 0;
        }
        return chance.happens(0.1) ? 2 : 1;
    }

    /** Nothing goes wrong from now on. */
    void clear() {
        over = true;
    }
}
