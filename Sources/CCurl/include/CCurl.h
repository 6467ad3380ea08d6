/// Typed doors to libcurl's variadic functions, which Swift cannot call, and nothing else.
#ifndef TOCSIN_CCURL_H
#define TOCSIN_CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

CURLcode tocsin_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode tocsin_curl_set_offset(CURL *easy, CURLoption option, int64_t value);
CURLcode tocsin_curl_set_string(CURL *easy, CURLoption option, const char *value);
/// The list must outlive the transfer.
CURLcode tocsin_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *list);
/// The parts must outlive the transfer.
CURLcode tocsin_curl_set_mime(CURL *easy, curl_mime *mime);
/// What a dialogue of lines looks like from outside: each line that comes in, each command that goes out, and a look
/// about once a second, which may end the transfer. `context` is handed to each of the three.
CURLcode tocsin_curl_watch(
    CURL *easy, curl_write_callback reply, curl_debug_callback commands, curl_xferinfo_callback progress,
    void *context);
/// `context` is handed to each of the three.
CURLcode tocsin_curl_set_callbacks(
    CURL *easy, curl_read_callback read, curl_write_callback write, curl_write_callback header, void *context);
/// A request body that has begun to leave is not sent a second time: libcurl would do so by itself when a reused
/// connection dies, and nobody would learn that the request may have arrived twice.
CURLcode tocsin_curl_refuse_resending(CURL *easy);
/// Lets a name look-up that has not ended be left behind. Otherwise a transfer that times out in it holds up all others
/// until it ends (measured with libcurl 7.88: four seconds of a look-up that took four).
CURLcode tocsin_curl_leave_resolver_behind(CURL *easy);

CURLcode tocsin_curl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode tocsin_curl_get_offset(CURL *easy, CURLINFO info, int64_t *value);

CURLMcode tocsin_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
/// The next finished transfer, if there is one.
bool tocsin_curl_multi_next_done(CURLM *multi, CURL **easy, CURLcode *result);

#endif
