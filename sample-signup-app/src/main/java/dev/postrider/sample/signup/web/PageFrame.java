package dev.postrider.sample.signup.web;

import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** Puts a page's content into the layout that all pages share, with the demonstration's controls beside it. */
@ApplicationScoped
class PageFrame {
    private final Controls controls;

    PageFrame(Controls controls) {
        this.controls = controls;
    }

    Uni<RestResponse<String>> page(TemplateInstance content, String path) {
        return page(RestResponse.StatusCode.OK, content, path);
    }

    Uni<RestResponse<String>> page(int status, TemplateInstance content, String path) {
        return content.data("controls", controls.view())
                .data("path", path)
                .data("shop", path.startsWith("/purchase"))
                .createUni()
                .map(html -> html(status, html));
    }

    /** A page that only says something. */
    Uni<RestResponse<String>> message(int status, String title, String text) {
        return page(status, Pages.message(title, text), "/");
    }

    private static RestResponse<String> html(int status, String html) {
        return RestResponse.ResponseBuilder.<String>create(status)
                .entity(html)
                .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                // Pages tell what is true now, and some of them tell it to one person.
                .header("Cache-Control", "no-store")
                .build();
    }
}
