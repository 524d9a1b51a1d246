--
-- PostgreSQL database dump
--


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: act_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.act_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'act is only ever added to';
 END $$;


--
-- Name: act_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.act_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'act is only ever added to';
 END $$;


--
-- Name: api_key_ends_once(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.api_key_ends_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF OLD.to_us <> 9223372036854775807 OR NEW.id <> OLD.id OR NEW.party <> OLD.party OR NEW.digest <> OLD.digest
  OR NEW.from_us <> OLD.from_us THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'only the open end of a key may be set, once';
END IF;
RETURN NEW; END $$;


--
-- Name: api_key_never_deleted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.api_key_never_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'a key ends, it is not deleted';
 END $$;


--
-- Name: batch_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.batch_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'batch is only ever added to';
 END $$;


--
-- Name: batch_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.batch_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'batch is only ever added to';
 END $$;


--
-- Name: batch_ranges_do_not_overlap(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.batch_ranges_do_not_overlap() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF NEW.first_seq <= (SELECT last_seq FROM batch WHERE device = NEW.device AND epoch = NEW.epoch
                       AND first_seq <= NEW.last_seq ORDER BY first_seq DESC LIMIT 1) THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'these sequence numbers were taken before';
END IF;
RETURN NEW; END $$;


--
-- Name: day_goes_forward(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.day_goes_forward() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF NOT (OLD.state = 'open' AND NEW.state = 'closing' OR OLD.state = 'closing' AND NEW.state = 'closed')
  OR NEW.clearing_date <> OLD.clearing_date THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'a clearing date goes from open to closing to closed, and never back';
END IF;
RETURN NEW; END $$;


--
-- Name: day_never_deleted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.day_never_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'a clearing date is never deleted';
 END $$;


--
-- Name: delivery_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delivery_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'delivery is only ever added to';
 END $$;


--
-- Name: delivery_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delivery_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'delivery is only ever added to';
 END $$;


--
-- Name: device_ends_once(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.device_ends_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF OLD.to_us <> 9223372036854775807 OR NEW.device <> OLD.device OR NEW.from_us <> OLD.from_us
  OR NEW.operator <> OLD.operator OR NEW.vehicle <> OLD.vehicle OR NEW.service <> OLD.service OR NEW.stop <> OLD.stop
  OR NEW.kind <> OLD.kind OR NEW.public_key <> OLD.public_key THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'only the open end of a device row may be set, once';
END IF;
RETURN NEW; END $$;


--
-- Name: device_never_deleted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.device_never_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'a device row ends, it is not deleted';
 END $$;


--
-- Name: device_rows_do_not_overlap(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.device_rows_do_not_overlap() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF EXISTS (SELECT 1 FROM device WHERE device = NEW.device AND from_us < NEW.to_us AND to_us > NEW.from_us) THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the device is already registered at that time';
END IF;
RETURN NEW; END $$;


--
-- Name: entry_into_closed_day(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.entry_into_closed_day() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = NEW.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN NEW; END $$;


--
-- Name: entry_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.entry_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'entry is only ever added to';
 END $$;


--
-- Name: entry_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.entry_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'entry is only ever added to';
 END $$;


--
-- Name: payment_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.payment_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'payment is only ever added to';
 END $$;


--
-- Name: payment_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.payment_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'payment is only ever added to';
 END $$;


--
-- Name: posting_into_closed_day(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.posting_into_closed_day() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT day.state FROM day JOIN entry ON entry.clearing_date = day.clearing_date
      WHERE entry.entry = NEW.entry) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN NEW; END $$;


--
-- Name: posting_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.posting_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'posting is only ever added to';
 END $$;


--
-- Name: posting_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.posting_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'posting is only ever added to';
 END $$;


--
-- Name: quarantine_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.quarantine_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'quarantine is only ever added to';
 END $$;


--
-- Name: quarantine_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.quarantine_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'quarantine is only ever added to';
 END $$;


--
-- Name: receipt_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.receipt_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'receipt is only ever added to';
 END $$;


--
-- Name: receipt_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.receipt_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'receipt is only ever added to';
 END $$;


--
-- Name: scheme_key_never_deleted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.scheme_key_never_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'a key ends, it is not deleted';
 END $$;


--
-- Name: scheme_key_only_ends(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.scheme_key_only_ends() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF NEW.to_us > OLD.to_us OR (NEW.to_us = OLD.to_us AND NEW.grace_us > OLD.grace_us) OR NEW.purpose <> OLD.purpose
  OR NEW.version <> OLD.version OR NEW.from_us <> OLD.from_us THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'a key may end sooner, never later';
END IF;
RETURN NEW; END $$;


--
-- Name: settlement_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.settlement_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'settlement is only ever added to';
 END $$;


--
-- Name: settlement_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.settlement_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'settlement is only ever added to';
 END $$;


--
-- Name: shard_of_closed_day_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shard_of_closed_day_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = OLD.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN OLD; END $$;


--
-- Name: shard_of_closed_day_insert(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shard_of_closed_day_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = NEW.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN NEW; END $$;


--
-- Name: shard_of_closed_day_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shard_of_closed_day_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = OLD.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN NEW; END $$;


--
-- Name: statement_of_closed_day_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.statement_of_closed_day_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = OLD.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN OLD; END $$;


--
-- Name: statement_of_closed_day_insert(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.statement_of_closed_day_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = NEW.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN NEW; END $$;


--
-- Name: statement_of_closed_day_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.statement_of_closed_day_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
IF (SELECT state FROM day WHERE clearing_date = OLD.clearing_date) = 'closed' THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'the clearing date is closed';
END IF;
RETURN NEW; END $$;


--
-- Name: submission_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.submission_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'submission is only ever added to';
 END $$;


--
-- Name: submission_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.submission_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'submission is only ever added to';
 END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: act; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.act (
    act bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    waived text NOT NULL COLLATE pg_catalog."C",
    first text NOT NULL COLLATE pg_catalog."C",
    second text NOT NULL COLLATE pg_catalog."C",
    because text NOT NULL COLLATE pg_catalog."C",
    at_us bigint NOT NULL,
    delivery bigint NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT act_act_check CHECK ((act > 0)),
    CONSTRAINT act_because_check CHECK ((length(because) > 0)),
    CONSTRAINT act_check CHECK ((first <> second)),
    CONSTRAINT act_delivery_check CHECK ((delivery >= 0)),
    CONSTRAINT act_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT act_first_check CHECK ((length(first) > 0)),
    CONSTRAINT act_kind_check CHECK ((kind = 'release'::text)),
    CONSTRAINT act_second_check CHECK ((length(second) > 0))
);


--
-- Name: api_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_key (
    id text NOT NULL COLLATE pg_catalog."C",
    party bigint NOT NULL,
    digest bytea NOT NULL,
    from_us bigint NOT NULL,
    to_us bigint NOT NULL,
    CONSTRAINT api_key_check CHECK ((to_us > from_us)),
    CONSTRAINT api_key_digest_check CHECK ((length(digest) = 32))
);


--
-- Name: batch; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.batch (
    "position" bigint NOT NULL,
    digest bytea NOT NULL,
    device bigint NOT NULL,
    epoch bigint NOT NULL,
    number bigint NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    count bigint NOT NULL,
    received_us bigint NOT NULL,
    previous bytea NOT NULL,
    head bytea NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT batch_check CHECK ((last_seq >= first_seq)),
    CONSTRAINT batch_check1 CHECK ((count <= ((last_seq - first_seq) + 1))),
    CONSTRAINT batch_count_check CHECK ((count > 0)),
    CONSTRAINT batch_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT batch_epoch_check CHECK ((epoch >= 0)),
    CONSTRAINT batch_first_seq_check CHECK ((first_seq > 0)),
    CONSTRAINT batch_head_check CHECK ((length(head) = 32)),
    CONSTRAINT batch_number_check CHECK ((number > 0)),
    CONSTRAINT batch_position_check CHECK (("position" > 0)),
    CONSTRAINT batch_previous_check CHECK ((length(previous) = 32))
);


--
-- Name: card_register; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.card_register (
    date text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    path text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT card_register_date_check CHECK ((length(date) = 10)),
    CONSTRAINT card_register_digest_check CHECK ((length(digest) = 32))
);


--
-- Name: day; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.day (
    clearing_date text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    from_position bigint NOT NULL,
    through_position bigint NOT NULL,
    city text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    CONSTRAINT day_check CHECK (((from_position > 0) AND (through_position >= (from_position - 1)))),
    CONSTRAINT day_check1 CHECK ((length(digest) =
CASE state
    WHEN 'closed'::text THEN 32
    ELSE 0
END)),
    CONSTRAINT day_clearing_date_check CHECK ((length(clearing_date) = 10)),
    CONSTRAINT day_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closing'::text, 'closed'::text])))
);


--
-- Name: delivery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery (
    delivery bigint NOT NULL,
    received_us bigint NOT NULL,
    batches bigint NOT NULL,
    CONSTRAINT delivery_batches_check CHECK ((batches > 0)),
    CONSTRAINT delivery_delivery_check CHECK ((delivery > 0))
);


--
-- Name: device; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.device (
    device bigint NOT NULL,
    from_us bigint NOT NULL,
    to_us bigint NOT NULL,
    operator bigint NOT NULL,
    vehicle bigint NOT NULL,
    service bigint NOT NULL,
    stop bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    public_key bytea NOT NULL,
    CONSTRAINT device_check CHECK ((to_us > from_us)),
    CONSTRAINT device_device_check CHECK ((device >= 0)),
    CONSTRAINT device_kind_check CHECK ((kind = ANY (ARRAY['bus'::text, 'gate'::text, 'kiosk'::text]))),
    CONSTRAINT device_operator_check CHECK ((operator >= 0)),
    CONSTRAINT device_public_key_check CHECK ((length(public_key) = 32)),
    CONSTRAINT device_service_check CHECK ((service >= '-1'::integer)),
    CONSTRAINT device_stop_check CHECK ((stop >= '-1'::integer)),
    CONSTRAINT device_vehicle_check CHECK ((vehicle >= '-1'::integer))
);


--
-- Name: entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.entry (
    entry bigint NOT NULL,
    identity bytea NOT NULL,
    clearing_date text NOT NULL COLLATE pg_catalog."C",
    service_date text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    cause text NOT NULL COLLATE pg_catalog."C",
    rule text NOT NULL COLLATE pg_catalog."C",
    service text NOT NULL COLLATE pg_catalog."C",
    product text NOT NULL COLLATE pg_catalog."C",
    quantity bigint NOT NULL,
    digest bytea NOT NULL,
    reverses bytea,
    CONSTRAINT entry_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT entry_entry_check CHECK ((entry > 0)),
    CONSTRAINT entry_identity_check CHECK ((length(identity) = 32)),
    CONSTRAINT entry_service_date_check CHECK ((length(service_date) = 10))
);


--
-- Name: meta; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.meta (
    id bigint NOT NULL,
    schema_version bigint NOT NULL,
    environment text NOT NULL COLLATE pg_catalog."C",
    city text NOT NULL COLLATE pg_catalog."C",
    registers bigint NOT NULL,
    CONSTRAINT meta_id_check CHECK ((id = 1))
);


--
-- Name: party; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.party (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    roles text NOT NULL COLLATE pg_catalog."C",
    iban text NOT NULL COLLATE pg_catalog."C",
    other text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT party_number_check CHECK ((number >= 0))
);


--
-- Name: payment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.payment (
    end_to_end text NOT NULL COLLATE pg_catalog."C",
    cycle text NOT NULL COLLATE pg_catalog."C",
    party text NOT NULL COLLATE pg_catalog."C",
    minor bigint NOT NULL,
    CONSTRAINT payment_end_to_end_check CHECK (((length(end_to_end) >= 1) AND (length(end_to_end) <= 35))),
    CONSTRAINT payment_minor_check CHECK ((minor > 0))
);


--
-- Name: posting; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.posting (
    entry bigint NOT NULL,
    line bigint NOT NULL,
    account text NOT NULL COLLATE pg_catalog."C",
    minor bigint NOT NULL,
    CONSTRAINT posting_account_check CHECK ((length(account) > 0)),
    CONSTRAINT posting_line_check CHECK ((line > 0)),
    CONSTRAINT posting_minor_check CHECK ((minor <> 0))
);


--
-- Name: quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quarantine (
    id bigint NOT NULL,
    digest bytea NOT NULL,
    device bigint NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    reason text NOT NULL COLLATE pg_catalog."C",
    detail text NOT NULL COLLATE pg_catalog."C",
    at_us bigint NOT NULL,
    receipt bytea NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT quarantine_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT quarantine_id_check CHECK ((id > 0)),
    CONSTRAINT quarantine_seq_check CHECK ((seq >= 0))
);


--
-- Name: receipt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.receipt (
    "position" bigint NOT NULL,
    bytes bytea NOT NULL
);


--
-- Name: scheme_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.scheme_key (
    purpose text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    from_us bigint NOT NULL,
    to_us bigint NOT NULL,
    grace_us bigint NOT NULL,
    CONSTRAINT scheme_key_check CHECK ((to_us > from_us)),
    CONSTRAINT scheme_key_grace_us_check CHECK ((grace_us >= 0)),
    CONSTRAINT scheme_key_purpose_check CHECK ((purpose = ANY (ARRAY['record'::text, 'device'::text, 'receipt'::text, 'list'::text]))),
    CONSTRAINT scheme_key_version_check CHECK ((version > 0))
);


--
-- Name: settlement; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.settlement (
    cycle text NOT NULL COLLATE pg_catalog."C",
    first_date text NOT NULL COLLATE pg_catalog."C",
    last_date text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    file text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    CONSTRAINT settlement_check CHECK ((last_date >= first_date)),
    CONSTRAINT settlement_currency_check CHECK ((length(currency) = 3)),
    CONSTRAINT settlement_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT settlement_first_date_check CHECK ((length(first_date) = 10)),
    CONSTRAINT settlement_last_date_check CHECK ((length(last_date) = 10))
);


--
-- Name: shard; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shard (
    clearing_date text NOT NULL COLLATE pg_catalog."C",
    shard bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    file text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    rows bigint NOT NULL,
    CONSTRAINT shard_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT shard_rows_check CHECK ((rows >= 0)),
    CONSTRAINT shard_shard_check CHECK ((shard >= 0))
);


--
-- Name: statement; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.statement (
    clearing_date text NOT NULL COLLATE pg_catalog."C",
    party text NOT NULL COLLATE pg_catalog."C",
    minor bigint NOT NULL,
    file text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    CONSTRAINT statement_digest_check CHECK ((length(digest) = 32))
);


--
-- Name: submission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.submission (
    delivery bigint NOT NULL,
    line bigint NOT NULL,
    digest bytea NOT NULL,
    answer text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    "position" bigint,
    CONSTRAINT submission_answer_check CHECK ((answer = ANY (ARRAY['ACCEPTED'::text, 'DUPLICATE'::text, 'CONFLICT'::text, 'REJECTED'::text, 'QUARANTINED'::text, 'RETRY'::text]))),
    CONSTRAINT submission_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT submission_line_check CHECK ((line > 0))
);


--
-- Data for Name: act; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: api_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_key VALUES ('depot-7', 1, '\xfa5b2bf4711c70c7aea1eede30a6052fb79b757f7defac4dfa4f2808fbf8668f', 1795346254414100, 9223372036854775807);


--
-- Data for Name: batch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.batch VALUES (1, '\xbb5a7e7481afd4849410480ca496afda9f94b8c419a0d1173a86b24c9dd83bb5', 51, 1, 1, 1, 2, 2, 1772593200000000, '\x0000000000000000000000000000000000000000000000000000000000000000', '\x6b89fc28497cfae9f57649576b76d00120e3c213f2cda85b48aacffe345bbb0b', '\x414643420100000073696d2d68616e626974000000000000330000000100000001000000010000000200000002000100000000000000000000000000000000000000000000000000000000000000000001010001000000013300000001000100010000000100000000dcb5a9264c0600010000000000000000000000ffff0000000000000e060000124800000000000013d2245400c5e2d3010100010000000133000000010001000200000001000000006349ad264c0600020000000000000000000000ffff0000000000000e0600001248000000000000e3042486f080828e431bd79c81a811dc44349c93299422591849750102d022e6bc46f0aaffe48637bfab8d86055e39e263264060f99b9026fdf9e55b02367cc44e5e8d87a5b3e200');
INSERT INTO public.batch VALUES (2, '\x5246fc8365de227b35d3208b17094ef924f935c308c373a3a68da90ee479565d', 56, 1, 1, 1, 1, 1, 1772593200000000, '\x0000000000000000000000000000000000000000000000000000000000000000', '\xb2da20b649fd6ad298851791534eea1a6782ccfd6c1407fc75905dfedff254cb', '\x414643420100000073696d2d68616e626974000000000000380000000100000001000000010000000100000001000100000000000000000000000000000000000000000000000000000000000000000001020001000000013800000001000100010000000200000000683cf1264c0600010000000000000002000000ffff00000000000000000000124800000000000052974b361c78fd87b07896eb16720b6ec889db10b060ba6310965dbad3c40d5a1a86496d9df64aca12d65e9701db5d1e3f6846be792998880e86e82fe7848a5ad6720556fc117802');


--
-- Data for Name: card_register; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.card_register VALUES ('2026-03-04', 'hancard', '\xe890aee1eefd733974a287256ef4e6cc1799ef28302001b5d9175bef9dc1466c', 'detail/issued');


--
-- Data for Name: day; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.day VALUES ('2026-03-04', 'closed', 1, 2, '06ff266f07f1678c96098efc7d44259c81ab193e36d7976d67b8b617f800ec6a', '\xe6114347015ddebcce5174435db253ee48a90dcaadfccee88ba5e80f8b80c11a');


--
-- Data for Name: delivery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery VALUES (1, 1772593200000000, 3);
INSERT INTO public.delivery VALUES (2, 1772593200000000, 1);


--
-- Data for Name: device; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.device VALUES (1, 1772478000000000, 9223372036854775807, 0, 0, 0, -1, 'bus', '\x19564c1728490492d36ae43a236b6dc49edb20275f2296cb5a8fe845380c0257');
INSERT INTO public.device VALUES (2, 1772478000000000, 9223372036854775807, 0, 1, 0, -1, 'bus', '\x9e50813b920404daa38e07e1cf34c0aadb9006ae35319c8c091ea8b22f165d4c');
INSERT INTO public.device VALUES (3, 1772478000000000, 9223372036854775807, 0, 2, 0, -1, 'bus', '\x484727fc47416fc393d4e4b3e0e3abf7d1f442a0b12831b8811677a3c3cc7335');
INSERT INTO public.device VALUES (4, 1772478000000000, 9223372036854775807, 0, 3, 0, -1, 'bus', '\x3b1e2e1dc6bc67d374122369bbfec9d06e2fb75ee4eb55d360ec34e33f5284d4');
INSERT INTO public.device VALUES (5, 1772478000000000, 9223372036854775807, 0, 4, 0, -1, 'bus', '\x2ab78c99b50f60ebd4ad603527eba9c76ace67cc703b4c683273b0523499867e');
INSERT INTO public.device VALUES (6, 1772478000000000, 9223372036854775807, 0, 5, 0, -1, 'bus', '\x240bcd7dc46e426124c2a9684188d7ebf49fb312d9c2e18d1288851ece8e290d');
INSERT INTO public.device VALUES (7, 1772478000000000, 9223372036854775807, 0, 6, 0, -1, 'bus', '\x3850891f60e1e4d31c23efb6c0c47f1ec495f421e9e95703b3c5420577a63265');
INSERT INTO public.device VALUES (8, 1772478000000000, 9223372036854775807, 0, 7, 0, -1, 'bus', '\xfa308710ba78335384b0854952ccada29ae88685c826df291b63d5b3a8bf7390');
INSERT INTO public.device VALUES (9, 1772478000000000, 9223372036854775807, 0, 8, 0, -1, 'bus', '\xfc44df45770bf1803457ca7955aa7951fa850133411a5e7f9981be13d4cf70c8');
INSERT INTO public.device VALUES (10, 1772478000000000, 9223372036854775807, 0, 9, 0, -1, 'bus', '\xc42d2a5aeab974fc339211776f648fdeae04f1b93606660c4d0ee10b2cfdb91d');
INSERT INTO public.device VALUES (11, 1772478000000000, 9223372036854775807, 0, 10, 0, -1, 'bus', '\xbcd6271465783a4240b0feaded4d653e4450388e1b4a029c3851953b2deb2248');
INSERT INTO public.device VALUES (12, 1772478000000000, 9223372036854775807, 0, 11, 0, -1, 'bus', '\x49ec352d2f83acee04c9128a18679e3a71ca42db59d4e75d0aaf20f70e1188b6');
INSERT INTO public.device VALUES (13, 1772478000000000, 9223372036854775807, 0, 12, 0, -1, 'bus', '\xe967abe91e3d6abdbb575be62e850debded698b080233af3a18834fda4d5574e');
INSERT INTO public.device VALUES (14, 1772478000000000, 9223372036854775807, 0, 13, 0, -1, 'bus', '\x715aad4ef4ec068ce8fb69bdfa7505fbba8a77a7a7e2e2776eb89e49e713f0be');
INSERT INTO public.device VALUES (15, 1772478000000000, 9223372036854775807, 0, 14, 0, -1, 'bus', '\xa6f19eccba0904dcc8a2bc88978c908e478a3839893d9d1e3023a68aa0d475fb');
INSERT INTO public.device VALUES (16, 1772478000000000, 9223372036854775807, 0, 15, 0, -1, 'bus', '\x9446b1dc98a20ac4fed4b0219f824a43c3def3cfbbba70899d9adef4abdd8199');
INSERT INTO public.device VALUES (17, 1772478000000000, 9223372036854775807, 0, 16, 0, -1, 'bus', '\x898c50b9965f112c55373fb246f16124fc46ccae5316a15ab22ac1ccf62e6898');
INSERT INTO public.device VALUES (18, 1772478000000000, 9223372036854775807, 0, 17, 0, -1, 'bus', '\x5b5ac1bbc49922cb318a4ab1df5ee00365e2707bdca540f465beff178eb5be54');
INSERT INTO public.device VALUES (19, 1772478000000000, 9223372036854775807, 1, 18, 1, -1, 'bus', '\xc11b9d2d7d51ae2cb0cd5c557f080df81524d46eb1f7f42f16fd664b93cdd83f');
INSERT INTO public.device VALUES (20, 1772478000000000, 9223372036854775807, 1, 18, 1, -1, 'bus', '\xae9facc97dd6acbb4b6b5bf8386ec05a7151fa7ab29af372f150119def4ebeda');
INSERT INTO public.device VALUES (21, 1772478000000000, 9223372036854775807, 1, 19, 1, -1, 'bus', '\x24b26061a0d8933b96e9ad343e7b725a4493c3d3e12c06896675407da53f69e4');
INSERT INTO public.device VALUES (22, 1772478000000000, 9223372036854775807, 1, 19, 1, -1, 'bus', '\x67ec061af49b083cd7914145bf0e5ee07be004d1182fa3a79b1740b2dc442024');
INSERT INTO public.device VALUES (23, 1772478000000000, 9223372036854775807, 1, 20, 1, -1, 'bus', '\x01673be50bb7e2054bcc6f44972f4ec1cf30e4a913d3810c66259ef86f9b4440');
INSERT INTO public.device VALUES (24, 1772478000000000, 9223372036854775807, 1, 20, 1, -1, 'bus', '\x43d1e616f5d39e5c47b72d854851121a95fa3d96b659e2ca8c55303bd3fee5da');
INSERT INTO public.device VALUES (25, 1772478000000000, 9223372036854775807, 1, 21, 1, -1, 'bus', '\x0b88864a6dccade0316d0176a72384c6324726f8215300a395fcd2b0a86e635e');
INSERT INTO public.device VALUES (26, 1772478000000000, 9223372036854775807, 1, 21, 1, -1, 'bus', '\x1222b0315a9b8d5b3bd3f3f53da7c5adca90da1180087992d4b6aa0457384a49');
INSERT INTO public.device VALUES (27, 1772478000000000, 9223372036854775807, 1, 22, 1, -1, 'bus', '\x44a4eb8c1c8c75285ffc385e1e700ec98c3a2415cbeedb0915662bd3f979b5cc');
INSERT INTO public.device VALUES (28, 1772478000000000, 9223372036854775807, 1, 22, 1, -1, 'bus', '\x0e85099ad538e5f935e205b4e5e95339953204aabdf4fd09a7a0f39624c52f6f');
INSERT INTO public.device VALUES (29, 1772478000000000, 9223372036854775807, 1, 23, 1, -1, 'bus', '\xbc64f292b04391188e6e06a55b423491738fe78d82d5b46ca03a4a88860a754e');
INSERT INTO public.device VALUES (30, 1772478000000000, 9223372036854775807, 1, 23, 1, -1, 'bus', '\xd521fcb7f45820c29c7986d509518bb9b82a8e90a2e4318f08498f0438384116');
INSERT INTO public.device VALUES (31, 1772478000000000, 9223372036854775807, 1, 24, 1, -1, 'bus', '\xf4a5d304870e0ec5fe7415b6b6e543c86fea6ccb4787ce10eae29f85083a1641');
INSERT INTO public.device VALUES (32, 1772478000000000, 9223372036854775807, 1, 24, 1, -1, 'bus', '\xa1cfd954292ce322690909e705946c5bf40c8551d10eb995eac9adf493daab7e');
INSERT INTO public.device VALUES (33, 1772478000000000, 9223372036854775807, 1, 25, 1, -1, 'bus', '\xbfff26c3cfb673378d0daefa6dd0830d5433583bc948e773f573479e9c521d86');
INSERT INTO public.device VALUES (34, 1772478000000000, 9223372036854775807, 1, 25, 1, -1, 'bus', '\xe50c28955ef2f76a2d105318caae62d438b129065fc219b468fc6098b724b041');
INSERT INTO public.device VALUES (35, 1772478000000000, 9223372036854775807, 1, 26, 1, -1, 'bus', '\x16c24909b6de3ac5a9a874ede4657be0cb97002b7dc8c73a5209a27567c2eab5');
INSERT INTO public.device VALUES (36, 1772478000000000, 9223372036854775807, 1, 26, 1, -1, 'bus', '\xa62b5fa7b9bfd6d430a44bbbd5b2f1b9f82a302785ee64c3b6d4fdebfc53b188');
INSERT INTO public.device VALUES (37, 1772478000000000, 9223372036854775807, 1, 27, 1, -1, 'bus', '\xf1595d3c2e454b74b9d12d4827941c2185ae68634acdc5cbca5bd2ecae8bc73c');
INSERT INTO public.device VALUES (38, 1772478000000000, 9223372036854775807, 1, 27, 1, -1, 'bus', '\x34bca8dd40da4df956ea3aa82d2dcfbadeac2512a5cf08d522154e606ccbfbc7');
INSERT INTO public.device VALUES (39, 1772478000000000, 9223372036854775807, 1, 28, 1, -1, 'bus', '\x9a943d5f0e6ac92f99ebb5053347a31b6be33fd89cf2fb2626c463bae9709fb3');
INSERT INTO public.device VALUES (40, 1772478000000000, 9223372036854775807, 1, 28, 1, -1, 'bus', '\x9de928e4dc015c8ea8170fc306123cc1db8b48b599429dca2e7590e2d35581a1');
INSERT INTO public.device VALUES (41, 1772478000000000, 9223372036854775807, 1, 29, 1, -1, 'bus', '\xc263aebdc5c62b2120db1e9b4a4b6726671738d788b97e57c9cf08936f07392d');
INSERT INTO public.device VALUES (42, 1772478000000000, 9223372036854775807, 1, 29, 1, -1, 'bus', '\x7e4548881e1a91166e6ac06ee452b65ddbe5d8d88bbfd0a0cc1e8ddc3259500f');
INSERT INTO public.device VALUES (43, 1772478000000000, 9223372036854775807, 1, 30, 1, -1, 'bus', '\x66100c2bc4f12e59fe605a952816c459af65dd2f7cb28ac15140fb3923fd93ad');
INSERT INTO public.device VALUES (44, 1772478000000000, 9223372036854775807, 1, 30, 1, -1, 'bus', '\x1215d131e1e54fccdb5ddf6e691b21a08c479434e65d5759964a99cf5ec49a30');
INSERT INTO public.device VALUES (45, 1772478000000000, 9223372036854775807, 1, 31, 1, -1, 'bus', '\x77ee7f38366b9eeda58fd565a1308fe926697bc9d16cfb7e192806d1684f13e1');
INSERT INTO public.device VALUES (46, 1772478000000000, 9223372036854775807, 1, 31, 1, -1, 'bus', '\x8b3f194e69b3a799e2a2d985945155319e4f23887c8d1f03468e2e788152ab0e');
INSERT INTO public.device VALUES (47, 1772478000000000, 9223372036854775807, 1, 32, 1, -1, 'bus', '\x4d16de345ec3fadd95d220318cfc08407b07226d436dc2d1be3ee067cdde32f0');
INSERT INTO public.device VALUES (48, 1772478000000000, 9223372036854775807, 1, 32, 1, -1, 'bus', '\x158d455ee4e25dca9cf83623879808262360f0e460d5f42f3eeea92412b950c9');
INSERT INTO public.device VALUES (49, 1772478000000000, 9223372036854775807, 1, 33, 1, -1, 'bus', '\xaefdf8fb330a63fa02fc21c78e9ac902e75968007561a1683bdfd8cfcaf867be');
INSERT INTO public.device VALUES (50, 1772478000000000, 9223372036854775807, 1, 33, 1, -1, 'bus', '\xf3a6825ef1b63eea2b95a8f44cb26fbddcfd087264c6ced83d65702e50ddeb94');
INSERT INTO public.device VALUES (51, 1772478000000000, 9223372036854775807, 0, -1, 0, 0, 'gate', '\x3fc4d608ad018ec2eed5bf4bc015b2b27b60459fccf3e51e3ff02bda91526496');
INSERT INTO public.device VALUES (52, 1772478000000000, 9223372036854775807, 0, -1, 0, 0, 'gate', '\xb634137fb22224ce903e6006c7aa088a699fa7625c364a6ff752e0a58b494965');
INSERT INTO public.device VALUES (53, 1772478000000000, 9223372036854775807, 0, -1, 0, 1, 'gate', '\x8aa336cf57ff1e0242de1920fe6a8785b5aa6384e44b26fb1380988253509a33');
INSERT INTO public.device VALUES (54, 1772478000000000, 9223372036854775807, 0, -1, 0, 1, 'gate', '\x979c705b90bc21f39c685edf6fb9f8e38f789c26023dac146bcd1c7c7456628c');
INSERT INTO public.device VALUES (55, 1772478000000000, 9223372036854775807, 0, -1, 0, 2, 'gate', '\x96f35e1c5bbc279bce36710a226afff01fb0a7c2cbc2406be53a6b32008e4ff8');
INSERT INTO public.device VALUES (56, 1772478000000000, 9223372036854775807, 0, -1, 0, 2, 'gate', '\xd8040e3f6eff7b891ff23a0deff68bdaaedca38cf10a9105b56bf2c68b187703');
INSERT INTO public.device VALUES (57, 1772478000000000, 9223372036854775807, 0, -1, 0, 3, 'gate', '\x6074ba322dfbb59f03f7e7a7dd45f91c7957bd8e6d15e3dbfb37295522568f02');
INSERT INTO public.device VALUES (58, 1772478000000000, 9223372036854775807, 0, -1, 0, 3, 'gate', '\x14d525db5206b7f471ffe6d0e90bfb7ed669c6153070c3dd14e7163fe195a103');
INSERT INTO public.device VALUES (59, 1772478000000000, 9223372036854775807, 0, -1, 0, 4, 'gate', '\x88f5c8ec7f4507d8a2361218b933665f86384cbcd628fed193c8b0c81631bca7');
INSERT INTO public.device VALUES (60, 1772478000000000, 9223372036854775807, 0, -1, 0, 4, 'gate', '\x035000caeb52251861ba8bf5a8f9829a2261c10f93d25e5b84f3ceb326070013');
INSERT INTO public.device VALUES (61, 1772478000000000, 9223372036854775807, 0, -1, 0, 5, 'gate', '\x559ae193caba764de7138f6061628156a35eea04d6c4c0f59c5367784553af47');
INSERT INTO public.device VALUES (62, 1772478000000000, 9223372036854775807, 0, -1, 0, 5, 'gate', '\x4b239047bcabe93d553e72fc6887dd2c8c9a9a2505fa8936469f70ebf03a563d');
INSERT INTO public.device VALUES (63, 1772478000000000, 9223372036854775807, 0, -1, 0, 6, 'gate', '\xaf2715f7c24a8231037cf5888c39f1a18fadedbc417ae1f6bbae6814ca5c1ac5');
INSERT INTO public.device VALUES (64, 1772478000000000, 9223372036854775807, 0, -1, 0, 6, 'gate', '\xfb54a3c12bade742a97c02c1558ae8ccc9ab1663aa473d0ac0f84a1add6b2d63');
INSERT INTO public.device VALUES (65, 1772478000000000, 9223372036854775807, 3, -1, -1, 0, 'kiosk', '\xf75c423b703766b652aca1e8b70d51999829d3c714719d56891c5a44bb39b3b9');
INSERT INTO public.device VALUES (66, 1772478000000000, 9223372036854775807, 3, -1, -1, 1, 'kiosk', '\xf58025267453784e37ab63ffd71121ca5cdb91811aa120076e0cf103544d6525');
INSERT INTO public.device VALUES (67, 1772478000000000, 9223372036854775807, 3, -1, -1, 2, 'kiosk', '\xaea1e16ac785c0d4d8084cb2236ddb59ce9fff43b0d5f511267aaac8906447c3');
INSERT INTO public.device VALUES (68, 1772478000000000, 9223372036854775807, 3, -1, -1, 3, 'kiosk', '\x6169c401bc95dc23c8608c2aa481c62ac76b4004292be184d317f40be8bf1999');
INSERT INTO public.device VALUES (69, 1772478000000000, 9223372036854775807, 3, -1, -1, 4, 'kiosk', '\x331acae6af5f3ac53f5337f147fa38f20f7ae0334a318c4be6a6bdb685315a4c');
INSERT INTO public.device VALUES (70, 1772478000000000, 9223372036854775807, 3, -1, -1, 5, 'kiosk', '\xf392a7d49048e189f6185b9b7253502ff0437db3d03f7b7ac684851639b222b9');
INSERT INTO public.device VALUES (71, 1772478000000000, 9223372036854775807, 3, -1, -1, 6, 'kiosk', '\x95479fe43b92e79a3693afd87c1e497c30097284fc43f89a5564723a7ae77e4e');
INSERT INTO public.device VALUES (72, 1772478000000000, 9223372036854775807, 3, -1, -1, 7, 'kiosk', '\x492fa20c5dc06b0e75d6be4fb4e3f67befbd3b84c4e29da5c317b1c4fdd9925d');
INSERT INTO public.device VALUES (73, 1772478000000000, 9223372036854775807, 3, -1, -1, 8, 'kiosk', '\x210fd9c301f2668243535833a0fae6340dd3b78b712456ed7eeb8d5275b7d14a');
INSERT INTO public.device VALUES (74, 1772478000000000, 9223372036854775807, 3, -1, -1, 9, 'kiosk', '\xe700339d828332c1f576b9c6885a1bb5b3e25c740b1ae88fb0e9a33213010117');
INSERT INTO public.device VALUES (75, 1772478000000000, 9223372036854775807, 3, -1, -1, 10, 'kiosk', '\x10e7a20aeee570188d79ea89e4ce6db4266830f3ec4a61d0eb110d744d7a62d6');
INSERT INTO public.device VALUES (76, 1772478000000000, 9223372036854775807, 3, -1, -1, 11, 'kiosk', '\x3241845ea4edb1be367633206b18bf241a39740bc83398ff8a9354b6a87a58cc');
INSERT INTO public.device VALUES (77, 1772478000000000, 9223372036854775807, 3, -1, -1, 12, 'kiosk', '\xb4921768d305374aefe0603daf013fb6998be52eaa7649d62d34194b74ff1058');


--
-- Data for Name: entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.entry VALUES (1, '\xb3d3cda234b55513f98060c8ff52c51f4e8fcd4f079e7267b6c8a7f520e65d12', '2026-03-04', '2026-03-04', 'charge', '0003/hanbit-metro/metro/', 'tariff 2026', 'metro', '', 1, '\x0b52bf4017cd69d557806a29ebe716b7568bb1805f48c97752c160c7ed41fa0a', NULL);
INSERT INTO public.entry VALUES (2, '\x40884f6a525429681bc35384ef10c8eedaed8532e17908348be63aab0aff4543', '2026-03-04', '2026-03-04', 'opening', '0003/hanbit-metro//', 'tariff 2026', '', '', 1, '\x0b52bf4017cd69d557806a29ebe716b7568bb1805f48c97752c160c7ed41fa0a', NULL);
INSERT INTO public.entry VALUES (3, '\xd862e77dc20b6f69953788301684148f90f72d6256def37e27299bd679d45153', '2026-03-04', '2026-03-04', 'share', '0003/hanbit-metro/metro/', 'tariff 2026', 'metro', '', 1, '\x0b52bf4017cd69d557806a29ebe716b7568bb1805f48c97752c160c7ed41fa0a', NULL);
INSERT INTO public.entry VALUES (4, '\x82f2b7ba10a0b2df85d9f61f299582a154e9aa7e4bf1b6931b8a972d247e1e14', '2026-03-04', '2026-03-04', 'charge', '0009/hanbit-metro/metro/', 'tariff 2026', 'metro', '', 2, '\xb285f7643b718a943516f6e521e2b9b570f6817703b8cdf664e699b15f85a2e2', NULL);
INSERT INTO public.entry VALUES (5, '\xb353e5b1ca6070d9ae599b58432cc9cb09509f40eabca5b771ac10174e44b357', '2026-03-04', '2026-03-04', 'opening', '0009/hanbit-metro//', 'tariff 2026', '', '', 1, '\xb285f7643b718a943516f6e521e2b9b570f6817703b8cdf664e699b15f85a2e2', NULL);
INSERT INTO public.entry VALUES (6, '\x977586824d0b5745437bca33a198035593cf34ff7f0bc42c07c135aef609e2f1', '2026-03-04', '2026-03-04', 'share', '0009/hanbit-metro/metro/', 'tariff 2026', 'metro', '', 1, '\xb285f7643b718a943516f6e521e2b9b570f6817703b8cdf664e699b15f85a2e2', NULL);
INSERT INTO public.entry VALUES (7, '\x3fb781f6873004b9866817cb89e58c5cc15b540c3be37ca7c397e8ec29957b15', '2026-03-04', '2026-03-04', 'opening', '0013/hanbit-metro//', 'tariff 2026', '', '', 1, '\xfa85752e9164aba9144fad99484d411e76fc6d0c4b7bd93aeef8510dfa7a87dd', NULL);
INSERT INTO public.entry VALUES (8, '\x3270efba147cc899abee127f3efa60755faa2cef1083804f5131bc5cdd3cb697', '2026-03-04', '2026-03-04', 'fee', '0000/payable:hanbit-metro', 'fee 150 bp of fares', '', '', 0, '\x9834cbe3cbfa5151408d32f1fd05a7dc8bb96fe0cfe76b8ec1b1426117940906', NULL);


--
-- Data for Name: meta; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.meta VALUES (1, 3, 'sim-hanbit', '06ff266f07f1678c96098efc7d44259c81ab193e36d7976d67b8b617f800ec6a', 3);


--
-- Data for Name: party; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.party VALUES (0, 'hanbit-metro', 'Hanbit Metro', 'service_operator', '', '001-0001');
INSERT INTO public.party VALUES (1, 'hanbit-bus', 'Hanbit Bus', 'service_operator', '', '001-0002');
INSERT INTO public.party VALUES (2, 'hancard', 'Hancard Issuing', 'card_issuer application_owner security_manager clearing_house', '', '001-0003');
INSERT INTO public.party VALUES (3, 'corner-shops', 'Corner Shops', 'product_retailer top_up_agent', '', '001-0004');
INSERT INTO public.party VALUES (4, 'city', 'City of Hanbit', 'authority product_owner registrar', '', '001-0005');
INSERT INTO public.party VALUES (5, 'first-bank', 'First Bank of Hanbit', 'settlement_bank', '', '');


--
-- Data for Name: payment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.payment VALUES ('2026-03-04-hanbit-metro', '2026-03-04', 'hanbit-metro', 3054);


--
-- Data for Name: posting; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.posting VALUES (1, 1, 'float:hancard', 1550);
INSERT INTO public.posting VALUES (1, 2, 'journeys', -1550);
INSERT INTO public.posting VALUES (2, 1, 'cash:hancard', 20000);
INSERT INTO public.posting VALUES (2, 2, 'float:hancard', -20000);
INSERT INTO public.posting VALUES (3, 1, 'journeys', 1550);
INSERT INTO public.posting VALUES (3, 2, 'payable:hanbit-metro', -1550);
INSERT INTO public.posting VALUES (4, 1, 'float:hancard', 1550);
INSERT INTO public.posting VALUES (4, 2, 'journeys', -1550);
INSERT INTO public.posting VALUES (5, 1, 'cash:hancard', 20000);
INSERT INTO public.posting VALUES (5, 2, 'float:hancard', -20000);
INSERT INTO public.posting VALUES (6, 1, 'journeys', 1550);
INSERT INTO public.posting VALUES (6, 2, 'payable:hanbit-metro', -1550);
INSERT INTO public.posting VALUES (7, 1, 'cash:hancard', 20000);
INSERT INTO public.posting VALUES (7, 2, 'float:hancard', -20000);
INSERT INTO public.posting VALUES (8, 1, 'fees:hancard', -46);
INSERT INTO public.posting VALUES (8, 2, 'payable:hanbit-metro', 46);


--
-- Data for Name: quarantine; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: receipt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.receipt VALUES (1, '\x414643520100000073696d2d68616e62697400000000000001000000bb5a7e7481afd4849410480ca496afda9f94b8c419a0d1173a86b24c9dd83bb533000000010000000200000001000000000000006b89fc28497cfae9f57649576b76d00120e3c213f2cda85b48aacffe345bbb0b006c04042a4c0600e8f186f5fd7b60a23badc911d2a07c9d058f883bd59364936b03ee4df9f6f42901aa0b3c10503d924c9cb715d109b5dcbfb0389002e63ee6026b3f7a0a3c0003');
INSERT INTO public.receipt VALUES (2, '\x414643520100000073696d2d68616e626974000000000000010000005246fc8365de227b35d3208b17094ef924f935c308c373a3a68da90ee479565d3800000001000000010000000200000000000000b2da20b649fd6ad298851791534eea1a6782ccfd6c1407fc75905dfedff254cb006c04042a4c060027e07c4a4b00f5ceff3061d4377d3dc0b9229ecce44c5dda8f320c6eb2a9deab39331289c376becbeb119b310538700e4722bb7d147c9ccd756c05c52125ab07');


--
-- Data for Name: scheme_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.scheme_key VALUES ('record', 1, 0, 9223372036854775807, 259200000000);
INSERT INTO public.scheme_key VALUES ('device', 1, 0, 9223372036854775807, 259200000000);
INSERT INTO public.scheme_key VALUES ('receipt', 1, 0, 9223372036854775807, 259200000000);
INSERT INTO public.scheme_key VALUES ('list', 1, 0, 9223372036854775807, 259200000000);


--
-- Data for Name: settlement; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.settlement VALUES ('2026-03-04', '2026-03-04', '2026-03-04', 'KRW', 'bank/2026-03-04-pain001.xml', '\x5e7308cca3cc4552fbb76b5120af5ad47b1d4a0218fc63b96f9c894478cc707c');


--
-- Data for Name: shard; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.shard VALUES ('2026-03-04', 0, 'detail', 'detail/2026-03-04/taps-00.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 1, 'detail', 'detail/2026-03-04/taps-01.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 2, 'detail', 'detail/2026-03-04/taps-02.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 3, 'detail', 'detail/2026-03-04/taps-03.parquet', '\x0b52bf4017cd69d557806a29ebe716b7568bb1805f48c97752c160c7ed41fa0a', 1);
INSERT INTO public.shard VALUES ('2026-03-04', 4, 'detail', 'detail/2026-03-04/taps-04.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 5, 'detail', 'detail/2026-03-04/taps-05.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 6, 'detail', 'detail/2026-03-04/taps-06.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 7, 'detail', 'detail/2026-03-04/taps-07.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 8, 'detail', 'detail/2026-03-04/taps-08.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 9, 'detail', 'detail/2026-03-04/taps-09.parquet', '\xb285f7643b718a943516f6e521e2b9b570f6817703b8cdf664e699b15f85a2e2', 2);
INSERT INTO public.shard VALUES ('2026-03-04', 10, 'detail', 'detail/2026-03-04/taps-10.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 11, 'detail', 'detail/2026-03-04/taps-11.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 12, 'detail', 'detail/2026-03-04/taps-12.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 13, 'detail', 'detail/2026-03-04/taps-13.parquet', '\xfa85752e9164aba9144fad99484d411e76fc6d0c4b7bd93aeef8510dfa7a87dd', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 14, 'detail', 'detail/2026-03-04/taps-14.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 15, 'detail', 'detail/2026-03-04/taps-15.parquet', '\x1afdd469a60b1064390535af8a7d3d2f9ab64a5cd1952574b2868bfa10bc68a8', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 0, 'carry', 'detail/2026-03-04/cards-00.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 1, 'carry', 'detail/2026-03-04/cards-01.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 2, 'carry', 'detail/2026-03-04/cards-02.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 3, 'carry', 'detail/2026-03-04/cards-03.npy', '\xf0946934c36388b1789ae262ed6be5ba8ef8fce553bccab986970d664eb3605b', 1);
INSERT INTO public.shard VALUES ('2026-03-04', 4, 'carry', 'detail/2026-03-04/cards-04.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 5, 'carry', 'detail/2026-03-04/cards-05.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 6, 'carry', 'detail/2026-03-04/cards-06.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 7, 'carry', 'detail/2026-03-04/cards-07.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 8, 'carry', 'detail/2026-03-04/cards-08.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 9, 'carry', 'detail/2026-03-04/cards-09.npy', '\xb132f4274ad09be3ccd992e3fb6ffbb0d945b07d63ddac9b19994524dd9461f2', 2);
INSERT INTO public.shard VALUES ('2026-03-04', 10, 'carry', 'detail/2026-03-04/cards-10.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 11, 'carry', 'detail/2026-03-04/cards-11.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 12, 'carry', 'detail/2026-03-04/cards-12.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 13, 'carry', 'detail/2026-03-04/cards-13.npy', '\xa272eb49076096864892de98e8c5d3ccc9569107c57883bec405b430323723ac', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 14, 'carry', 'detail/2026-03-04/cards-14.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 15, 'carry', 'detail/2026-03-04/cards-15.npy', '\x52f96c26a39ed25108a6db43d6e11c6051eba8a498a5baab1891adfa7ac7c262', 0);
INSERT INTO public.shard VALUES ('2026-03-04', 0, 'waiting', 'detail/2026-03-04/waiting.npy', '\x9a271f2a916b0b6ee6cecb2426f0b3206ef074578be55d9bc94f6f3fe3ab86aa', 0);


--
-- Data for Name: statement; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.statement VALUES ('2026-03-04', 'hanbit-metro', 3054, 'statements/2026-03-04/hanbit-metro.json', '\xe67c106666ff893c44398ed540c79f2f2c1564fa5e10e10df9f0d7ae62b02d8e');
INSERT INTO public.statement VALUES ('2026-03-04', 'hanbit-bus', 0, 'statements/2026-03-04/hanbit-bus.json', '\x6c146109524aa729c83d6b32937bdbba2a8c22873448eb4ae91e93cf7fb519a6');
INSERT INTO public.statement VALUES ('2026-03-04', 'hancard', -3054, 'statements/2026-03-04/hancard.json', '\xad43540fa9a2df98c23c480376607f078090918087671f390d1c127d0cbcd9a6');


--
-- Data for Name: submission; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.submission VALUES (1, 1, '\xbb5a7e7481afd4849410480ca496afda9f94b8c419a0d1173a86b24c9dd83bb5', 'ACCEPTED', '', 1);
INSERT INTO public.submission VALUES (1, 2, '\x5246fc8365de227b35d3208b17094ef924f935c308c373a3a68da90ee479565d', 'ACCEPTED', '', 2);
INSERT INTO public.submission VALUES (1, 3, '\xbb5a7e7481afd4849410480ca496afda9f94b8c419a0d1173a86b24c9dd83bb5', 'DUPLICATE', '', 1);
INSERT INTO public.submission VALUES (2, 1, '\x4b61068caf3c2f4d2e91da03b289d5ee043ed923b52a2680441f3fa6ddb66ab6', 'REJECTED', 'NOT_A_BATCH', NULL);


--
-- Name: act act_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_digest_key UNIQUE (digest);


--
-- Name: act act_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_pkey PRIMARY KEY (act);


--
-- Name: act act_position_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_position_key UNIQUE ("position");


--
-- Name: api_key api_key_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_digest_key UNIQUE (digest);


--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);


--
-- Name: batch batch_device_epoch_first_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_device_epoch_first_seq_key UNIQUE (device, epoch, first_seq);


--
-- Name: batch batch_device_epoch_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_device_epoch_number_key UNIQUE (device, epoch, number);


--
-- Name: batch batch_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_digest_key UNIQUE (digest);


--
-- Name: batch batch_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY ("position");


--
-- Name: card_register card_register_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.card_register
    ADD CONSTRAINT card_register_pkey PRIMARY KEY (date, issuer);


--
-- Name: day day_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.day
    ADD CONSTRAINT day_pkey PRIMARY KEY (clearing_date);


--
-- Name: delivery delivery_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (delivery);


--
-- Name: device device_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (device, from_us);


--
-- Name: entry entry_clearing_date_service_date_kind_cause_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_clearing_date_service_date_kind_cause_key UNIQUE (clearing_date, service_date, kind, cause);


--
-- Name: entry entry_identity_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_identity_key UNIQUE (identity);


--
-- Name: entry entry_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (entry);


--
-- Name: entry entry_reverses_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_reverses_key UNIQUE (reverses);


--
-- Name: meta meta_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (id);


--
-- Name: party party_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_id_key UNIQUE (id);


--
-- Name: party party_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_pkey PRIMARY KEY (number);


--
-- Name: payment payment_cycle_party_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_cycle_party_key UNIQUE (cycle, party);


--
-- Name: payment payment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (end_to_end);


--
-- Name: posting posting_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_pkey PRIMARY KEY (entry, line);


--
-- Name: quarantine quarantine_digest_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_digest_seq_key UNIQUE (digest, seq);


--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);


--
-- Name: receipt receipt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_pkey PRIMARY KEY ("position");


--
-- Name: scheme_key scheme_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.scheme_key
    ADD CONSTRAINT scheme_key_pkey PRIMARY KEY (purpose, version);


--
-- Name: settlement settlement_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT settlement_pkey PRIMARY KEY (cycle);


--
-- Name: shard shard_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shard
    ADD CONSTRAINT shard_pkey PRIMARY KEY (clearing_date, shard, kind);


--
-- Name: statement statement_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (clearing_date, party);


--
-- Name: submission submission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (delivery, line);


--
-- Name: ix_posting_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_posting_account ON public.posting USING btree (account);


--
-- Name: act act_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER act_never_emptied BEFORE TRUNCATE ON public.act FOR EACH STATEMENT EXECUTE FUNCTION public.act_no_delete();


--
-- Name: act act_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER act_no_delete BEFORE DELETE ON public.act FOR EACH ROW EXECUTE FUNCTION public.act_no_delete();


--
-- Name: act act_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER act_no_update BEFORE UPDATE ON public.act FOR EACH ROW EXECUTE FUNCTION public.act_no_update();


--
-- Name: api_key api_key_ends_once; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER api_key_ends_once BEFORE UPDATE ON public.api_key FOR EACH ROW EXECUTE FUNCTION public.api_key_ends_once();


--
-- Name: api_key api_key_never_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER api_key_never_deleted BEFORE DELETE ON public.api_key FOR EACH ROW EXECUTE FUNCTION public.api_key_never_deleted();


--
-- Name: api_key api_key_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER api_key_never_emptied BEFORE TRUNCATE ON public.api_key FOR EACH STATEMENT EXECUTE FUNCTION public.api_key_never_deleted();


--
-- Name: batch batch_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER batch_never_emptied BEFORE TRUNCATE ON public.batch FOR EACH STATEMENT EXECUTE FUNCTION public.batch_no_delete();


--
-- Name: batch batch_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER batch_no_delete BEFORE DELETE ON public.batch FOR EACH ROW EXECUTE FUNCTION public.batch_no_delete();


--
-- Name: batch batch_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER batch_no_update BEFORE UPDATE ON public.batch FOR EACH ROW EXECUTE FUNCTION public.batch_no_update();


--
-- Name: batch batch_ranges_do_not_overlap; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER batch_ranges_do_not_overlap BEFORE INSERT ON public.batch FOR EACH ROW EXECUTE FUNCTION public.batch_ranges_do_not_overlap();


--
-- Name: day day_goes_forward; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER day_goes_forward BEFORE UPDATE ON public.day FOR EACH ROW EXECUTE FUNCTION public.day_goes_forward();


--
-- Name: day day_never_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER day_never_deleted BEFORE DELETE ON public.day FOR EACH ROW EXECUTE FUNCTION public.day_never_deleted();


--
-- Name: day day_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER day_never_emptied BEFORE TRUNCATE ON public.day FOR EACH STATEMENT EXECUTE FUNCTION public.day_never_deleted();


--
-- Name: delivery delivery_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER delivery_never_emptied BEFORE TRUNCATE ON public.delivery FOR EACH STATEMENT EXECUTE FUNCTION public.delivery_no_delete();


--
-- Name: delivery delivery_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER delivery_no_delete BEFORE DELETE ON public.delivery FOR EACH ROW EXECUTE FUNCTION public.delivery_no_delete();


--
-- Name: delivery delivery_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER delivery_no_update BEFORE UPDATE ON public.delivery FOR EACH ROW EXECUTE FUNCTION public.delivery_no_update();


--
-- Name: device device_ends_once; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER device_ends_once BEFORE UPDATE ON public.device FOR EACH ROW EXECUTE FUNCTION public.device_ends_once();


--
-- Name: device device_never_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER device_never_deleted BEFORE DELETE ON public.device FOR EACH ROW EXECUTE FUNCTION public.device_never_deleted();


--
-- Name: device device_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER device_never_emptied BEFORE TRUNCATE ON public.device FOR EACH STATEMENT EXECUTE FUNCTION public.device_never_deleted();


--
-- Name: device device_rows_do_not_overlap; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER device_rows_do_not_overlap BEFORE INSERT ON public.device FOR EACH ROW EXECUTE FUNCTION public.device_rows_do_not_overlap();


--
-- Name: entry entry_into_closed_day; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entry_into_closed_day BEFORE INSERT ON public.entry FOR EACH ROW EXECUTE FUNCTION public.entry_into_closed_day();


--
-- Name: entry entry_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entry_never_emptied BEFORE TRUNCATE ON public.entry FOR EACH STATEMENT EXECUTE FUNCTION public.entry_no_delete();


--
-- Name: entry entry_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entry_no_delete BEFORE DELETE ON public.entry FOR EACH ROW EXECUTE FUNCTION public.entry_no_delete();


--
-- Name: entry entry_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER entry_no_update BEFORE UPDATE ON public.entry FOR EACH ROW EXECUTE FUNCTION public.entry_no_update();


--
-- Name: payment payment_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER payment_never_emptied BEFORE TRUNCATE ON public.payment FOR EACH STATEMENT EXECUTE FUNCTION public.payment_no_delete();


--
-- Name: payment payment_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER payment_no_delete BEFORE DELETE ON public.payment FOR EACH ROW EXECUTE FUNCTION public.payment_no_delete();


--
-- Name: payment payment_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER payment_no_update BEFORE UPDATE ON public.payment FOR EACH ROW EXECUTE FUNCTION public.payment_no_update();


--
-- Name: posting posting_into_closed_day; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER posting_into_closed_day BEFORE INSERT ON public.posting FOR EACH ROW EXECUTE FUNCTION public.posting_into_closed_day();


--
-- Name: posting posting_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER posting_never_emptied BEFORE TRUNCATE ON public.posting FOR EACH STATEMENT EXECUTE FUNCTION public.posting_no_delete();


--
-- Name: posting posting_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER posting_no_delete BEFORE DELETE ON public.posting FOR EACH ROW EXECUTE FUNCTION public.posting_no_delete();


--
-- Name: posting posting_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER posting_no_update BEFORE UPDATE ON public.posting FOR EACH ROW EXECUTE FUNCTION public.posting_no_update();


--
-- Name: quarantine quarantine_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER quarantine_never_emptied BEFORE TRUNCATE ON public.quarantine FOR EACH STATEMENT EXECUTE FUNCTION public.quarantine_no_delete();


--
-- Name: quarantine quarantine_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER quarantine_no_delete BEFORE DELETE ON public.quarantine FOR EACH ROW EXECUTE FUNCTION public.quarantine_no_delete();


--
-- Name: quarantine quarantine_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER quarantine_no_update BEFORE UPDATE ON public.quarantine FOR EACH ROW EXECUTE FUNCTION public.quarantine_no_update();


--
-- Name: receipt receipt_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER receipt_never_emptied BEFORE TRUNCATE ON public.receipt FOR EACH STATEMENT EXECUTE FUNCTION public.receipt_no_delete();


--
-- Name: receipt receipt_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER receipt_no_delete BEFORE DELETE ON public.receipt FOR EACH ROW EXECUTE FUNCTION public.receipt_no_delete();


--
-- Name: receipt receipt_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER receipt_no_update BEFORE UPDATE ON public.receipt FOR EACH ROW EXECUTE FUNCTION public.receipt_no_update();


--
-- Name: scheme_key scheme_key_never_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER scheme_key_never_deleted BEFORE DELETE ON public.scheme_key FOR EACH ROW EXECUTE FUNCTION public.scheme_key_never_deleted();


--
-- Name: scheme_key scheme_key_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER scheme_key_never_emptied BEFORE TRUNCATE ON public.scheme_key FOR EACH STATEMENT EXECUTE FUNCTION public.scheme_key_never_deleted();


--
-- Name: scheme_key scheme_key_only_ends; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER scheme_key_only_ends BEFORE UPDATE ON public.scheme_key FOR EACH ROW EXECUTE FUNCTION public.scheme_key_only_ends();


--
-- Name: settlement settlement_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER settlement_never_emptied BEFORE TRUNCATE ON public.settlement FOR EACH STATEMENT EXECUTE FUNCTION public.settlement_no_delete();


--
-- Name: settlement settlement_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER settlement_no_delete BEFORE DELETE ON public.settlement FOR EACH ROW EXECUTE FUNCTION public.settlement_no_delete();


--
-- Name: settlement settlement_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER settlement_no_update BEFORE UPDATE ON public.settlement FOR EACH ROW EXECUTE FUNCTION public.settlement_no_update();


--
-- Name: shard shard_of_closed_day_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER shard_of_closed_day_delete BEFORE DELETE ON public.shard FOR EACH ROW EXECUTE FUNCTION public.shard_of_closed_day_delete();


--
-- Name: shard shard_of_closed_day_insert; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER shard_of_closed_day_insert BEFORE INSERT ON public.shard FOR EACH ROW EXECUTE FUNCTION public.shard_of_closed_day_insert();


--
-- Name: shard shard_of_closed_day_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER shard_of_closed_day_update BEFORE UPDATE ON public.shard FOR EACH ROW EXECUTE FUNCTION public.shard_of_closed_day_update();


--
-- Name: statement statement_of_closed_day_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER statement_of_closed_day_delete BEFORE DELETE ON public.statement FOR EACH ROW EXECUTE FUNCTION public.statement_of_closed_day_delete();


--
-- Name: statement statement_of_closed_day_insert; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER statement_of_closed_day_insert BEFORE INSERT ON public.statement FOR EACH ROW EXECUTE FUNCTION public.statement_of_closed_day_insert();


--
-- Name: statement statement_of_closed_day_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER statement_of_closed_day_update BEFORE UPDATE ON public.statement FOR EACH ROW EXECUTE FUNCTION public.statement_of_closed_day_update();


--
-- Name: submission submission_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER submission_never_emptied BEFORE TRUNCATE ON public.submission FOR EACH STATEMENT EXECUTE FUNCTION public.submission_no_delete();


--
-- Name: submission submission_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER submission_no_delete BEFORE DELETE ON public.submission FOR EACH ROW EXECUTE FUNCTION public.submission_no_delete();


--
-- Name: submission submission_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER submission_no_update BEFORE UPDATE ON public.submission FOR EACH ROW EXECUTE FUNCTION public.submission_no_update();


--
-- Name: act act_position_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_position_fkey FOREIGN KEY ("position") REFERENCES public.batch("position");


--
-- Name: api_key api_key_party_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_party_fkey FOREIGN KEY (party) REFERENCES public.party(number);


--
-- Name: entry entry_clearing_date_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_clearing_date_fkey FOREIGN KEY (clearing_date) REFERENCES public.day(clearing_date);


--
-- Name: entry entry_reverses_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_reverses_fkey FOREIGN KEY (reverses) REFERENCES public.entry(identity);


--
-- Name: payment payment_cycle_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_cycle_fkey FOREIGN KEY (cycle) REFERENCES public.settlement(cycle);


--
-- Name: posting posting_entry_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_entry_fkey FOREIGN KEY (entry) REFERENCES public.entry(entry);


--
-- Name: receipt receipt_position_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.receipt
    ADD CONSTRAINT receipt_position_fkey FOREIGN KEY ("position") REFERENCES public.batch("position");


--
-- Name: shard shard_clearing_date_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shard
    ADD CONSTRAINT shard_clearing_date_fkey FOREIGN KEY (clearing_date) REFERENCES public.day(clearing_date);


--
-- Name: statement statement_clearing_date_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.statement
    ADD CONSTRAINT statement_clearing_date_fkey FOREIGN KEY (clearing_date) REFERENCES public.day(clearing_date);


--
-- Name: submission submission_delivery_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_delivery_fkey FOREIGN KEY (delivery) REFERENCES public.delivery(delivery);


--
-- Name: submission submission_position_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_position_fkey FOREIGN KEY ("position") REFERENCES public.batch("position");


--
-- PostgreSQL database dump complete
--


