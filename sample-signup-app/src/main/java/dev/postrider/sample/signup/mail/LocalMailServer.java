package dev.postrider.sample.signup.mail;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.util.ServerSetup;
import dev.postrider.sample.signup.SignupSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The SMTP server inside, on loopback: GreenMail, with a switch that makes it fail. Mails survive the switch, not the
 * process. Absent when a real server is configured.
 */
@ApplicationScoped
public class LocalMailServer {
    private static final Logger LOG = Logger.getLogger(LocalMailServer.class);
    private static final long START_TIMEOUT_MILLIS = 5_000;

    private final int port;
    private final Managers managers = new Managers();
    private MailServerMode mode = MailServerMode.REFUSING;
    private SmtpServer smtp;
    private SilentServer silent;

    LocalMailServer(SignupSettings settings) {
        this.port = settings.smtp().localPort();
    }

    void start(@Observes StartupEvent event) {
        if (isPresent()) {
            switchTo(MailServerMode.RUNNING);
            LOG.infof("The mail server inside listens on 127.0.0.1:%d", port);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (isPresent()) {
            switchTo(MailServerMode.REFUSING);
        }
    }

    /** Whether mails go to this server. */
    public boolean isPresent() {
        return port != 0;
    }

    public synchronized MailServerMode mode() {
        return mode;
    }

    /** Changes how the server behaves; blocks until it does. */
    public synchronized void switchTo(MailServerMode wanted) {
        if (!isPresent()) {
            throw new IllegalStateException("There is no mail server inside: a real one is configured");
        }
        if (wanted == mode) {
            return;
        }
        try {
            leave();
            enter(wanted);
        } catch (IOException e) {
            throw new UncheckedIOException("The mail server inside could not use port " + port, e);
        }
        mode = wanted;
    }

    List<StoredMessage> messages() {
        return managers.getImapHostManager().getAllMessages();
    }

    private void leave() throws IOException {
        mode = MailServerMode.REFUSING;
        if (smtp != null) {
            smtp.stopService();
            smtp = null;
        }
        if (silent != null) {
            silent.close();
            silent = null;
        }
    }

    private void enter(MailServerMode wanted) throws IOException {
        if (wanted == MailServerMode.HANGING) {
            silent = SilentServer.start(port);
        }
        if (wanted == MailServerMode.RUNNING) {
            // GreenMail's own facade forgets its mails when it stops; the bare server leaves them with the managers.
            smtp = new SmtpServer(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP), managers);
            smtp.startService();
            awaitRunning();
        }
    }

    private void awaitRunning() throws IOException {
        try {
            if (!smtp.waitTillRunning(START_TIMEOUT_MILLIS)) {
                throw new IOException("not listening after " + START_TIMEOUT_MILLIS + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }
}
