/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include "server/outbound/mail-message.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (InternetAddressList, g_object_unref)

G_DEFINE_QUARK (enlace-mail-error-quark, enlace_mail_error)

/* The library is set up once in a process, whoever comes first. */
static void
set_up_library (void)
{
  static gsize is_set_up;

  if (g_once_init_enter (&is_set_up))
    {
      g_mime_init ();
      g_once_init_leave (&is_set_up, 1);
    }
}

static gboolean
is_one_line (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text))
      return FALSE;

  return TRUE;
}

/* What an address may be made of: one @ with something around it, and nothing that means something to a mail server. */
static gboolean
is_plain (const char *address)
{
  const char *at = strchr (address, '@');

  if (at == NULL || at == address || at[1] == '\0' || strchr (at + 1, '@') != NULL || strlen (address) > 254)
    return FALSE;

  for (; *address != '\0'; address++)
    if (!g_ascii_isgraph (*address) || strchr ("<>()[]\\,;:\"", *address) != NULL)
      return FALSE;

  return TRUE;
}

/* The library makes something of anything: the address that it found has to be the one that is written there, alone or in angle brackets at the end. */
static gboolean
is_written (const char *text,
            const char *address)
{
  const char *open = strrchr (text, '<');
  g_autofree char *whole = g_strstrip (g_strdup (text));
  g_autofree char *bracketed = g_strdup_printf ("<%s>", address);

  return open != NULL ? g_str_has_suffix (whole, bracketed) : g_str_equal (whole, address);
}

/* The list of the one address (transfer full). */
static InternetAddressList *
parse_address (const char  *text,
               GError     **error)
{
  g_autoptr(InternetAddressList) list = NULL;
  InternetAddress *first;
  const char *address;

  set_up_library ();
  if (is_one_line (text) && g_utf8_validate (text, -1, NULL))
    list = internet_address_list_parse (NULL, text);
  first = list != NULL && internet_address_list_length (list) == 1 ? internet_address_list_get_address (list, 0) : NULL;
  address = first != NULL && INTERNET_ADDRESS_IS_MAILBOX (first) ? internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (first)) : NULL;
  if (address == NULL || !is_plain (address) || !is_written (text, address))
    {
      g_autofree char *shown = g_utf8_make_valid (text, (gssize) MIN (strlen (text), 100));

      g_set_error (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_ADDRESS, "“%s” is not the mail address of one person", shown);
      return NULL;
    }

  return g_steal_pointer (&list);
}

char *
enlace_mail_dup_address (const char  *text,
                         GError     **error)
{
  g_autoptr(InternetAddressList) list = parse_address (text, error);

  return list != NULL ? g_strdup (internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (internet_address_list_get_address (list, 0)))) : NULL;
}

static void
add_address (GMimeMessage     *message,
             GMimeAddressType  type,
             const char       *text)
{
  g_autoptr(InternetAddressList) list = internet_address_list_parse (NULL, text);

  internet_address_list_append (g_mime_message_get_addresses (message, type), list);
}

/* A name of the message that is the same whenever it is sent, and does not tell what it was made from. */
static void
set_id (GMimeMessage *message,
        const char   *id,
        const char   *from)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);
  g_autofree char *text = g_strdup_printf ("%.32s%s", hash, strchr (from, '@'));

  g_mime_message_set_message_id (message, text);
}

static void
set_text (GMimeMessage *message,
          const char   *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype ("plain");

  g_mime_text_part_set_text (part, text);
  g_mime_part_set_content_encoding (GMIME_PART (part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_message_set_mime_part (message, GMIME_OBJECT (part));
  g_object_unref (part);
}

GBytes *
enlace_mail_compose (const EnlaceMail  *mail,
                     const char        *from,
                     GError           **error)
{
  g_autoptr(GMimeMessage) message = NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *sender = enlace_mail_dup_address (from, error);
  g_autofree char *receiver = sender != NULL ? enlace_mail_dup_address (mail->to, error) : NULL;
  GMimeFormatOptions *options;
  char *text;

  if (receiver == NULL)
    return NULL;
  if (!is_one_line (mail->subject) || !g_utf8_validate (mail->subject, -1, NULL) || !g_utf8_validate (mail->text, -1, NULL))
    {
      g_set_error_literal (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_ADDRESS, "The subject of a mail is one line of text");
      return NULL;
    }

  message = g_mime_message_new (TRUE);
  add_address (message, GMIME_ADDRESS_TYPE_FROM, from);
  add_address (message, GMIME_ADDRESS_TYPE_TO, mail->to);
  g_mime_message_set_subject (message, mail->subject, "utf-8");
  g_mime_message_set_date (message, now);
  set_id (message, mail->id, sender);
  /* RFC 3834: so that no absence note answers. */
  g_mime_object_set_header (GMIME_OBJECT (message), "Auto-Submitted", "auto-generated", NULL);
  set_text (message, mail->text);

  options = g_mime_format_options_new ();
  g_mime_format_options_set_newline_format (options, GMIME_NEWLINE_FORMAT_DOS);
  text = g_mime_object_to_string (GMIME_OBJECT (message), options);
  g_mime_format_options_free (options);

  return g_bytes_new_take (text, strlen (text));
}
