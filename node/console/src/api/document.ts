// Made by `npm run client` from the document of the API. Edit that.

export interface paths {
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The entries of the audit record. With `previous` and `hash` of each anyone can verify them. */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether no entry was changed, taken out or put between. */
        get: operations["get_audit_verification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Writes a copy of all that is kept into a new folder of the node's machine, as it is at this
         *     moment, while all goes on. The root key is not in it.
         */
        post: operations["post_backups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{backup}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a backup is. It is known for as long as the node runs. */
        get: operations["get_backups_backup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks at the store, the root key, the clock, the audit record and the index, and says what to do.
         *     All objects are counted for it: it takes longer the more there are.
         */
        get: operations["get_checks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cluster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The nodes of the cluster, and how it is with them. */
        get: operations["get_cluster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cluster/nodes/{node}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Empties a node: others take its shards over, it reads nothing any more, and where it leads another one
         *     does. It lasts until the node is started anew, or is told otherwise.
         */
        post: operations["post_cluster_nodes_node_drain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cluster/nodes/{node}/undrain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a node that was emptied take part again. */
        post: operations["post_cluster_nodes_node_undrain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads the settings again. Those that may change while the node runs take effect, the others are
         *     named and wait for its next start. Where anything is wrong, all stays as it is.
         */
        post: operations["post_config_reload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledgers of a scan, or of the last of each source that has looked at it, however it stands; the sources
         *     that were never read; and a page of what was not read. Scans come in pages too, by their sources.
         */
        get: operations["get_coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Findings, filtered. */
        get: operations["get_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{finding}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One finding. */
        get: operations["get_findings_finding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{finding}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a finding is one, and where it stands. */
        get: operations["get_findings_finding_explanation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{finding}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is said of a finding. */
        get: operations["get_findings_finding_verdict"];
        /**
         * Says of a finding what it is. It holds for all findings of the same value and type in the same
         *     object, and no scan resets it.
         */
        put: operations["put_findings_finding_verdict"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/index/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far making the index anew is, or how it ended last since the node was started. */
        get: operations["get_index_rebuild"];
        put?: never;
        /**
         * Makes the index anew from what is kept, in the background, while the present one serves; then it takes
         *     its place. Where that is at work already, it goes on.
         */
        post: operations["post_index_rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All keys, revoked ones included. */
        get: operations["get_keys"];
        put?: never;
        /**
         * Makes a key. The answer is the one time that it is shown: a repeated Idempotency-Key is
         *     answered with the code `shown-once`.
         */
        post: operations["post_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a key. It stays in the list. */
        delete: operations["delete_keys_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["get_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-packs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The packs that apply to scans which begin now. */
        get: operations["get_rule_packs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-packs/{pack}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pack. */
        get: operations["get_rule_packs_pack"];
        /**
         * Puts a pack, in place of what was there under its name. It is refused with file, place and reason
         *     where a rule is wrong, does not go with others, or has an example that shows something else than it
         *     says; else it applies to scans that begin from now on, on all nodes.
         */
        put: operations["put_rule_packs_pack"];
        post?: never;
        /** Removes a pack. Its versions are kept, for findings name them. */
        delete: operations["delete_rule_packs_pack"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-packs/{pack}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks whether a pack would be taken. Nothing is kept. */
        post: operations["post_rule_packs_pack_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-packs/{pack}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of a pack. */
        get: operations["get_rule_packs_pack_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All rules that apply to scans which begin now, those that come with Trawl among them. */
        get: operations["get_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All scans. */
        get: operations["get_scans"];
        put?: never;
        /**
         * Orders a scan. It is answered as soon as the scan is kept, and goes on by itself: a second order
         *     of the same source joins the scan that is at work.
         */
        post: operations["post_scans"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scans/{scan}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One scan. Of one that is at work, what it came to so far. */
        get: operations["get_scans_scan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scans/{scan}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a scan where it is. What was read counts, and nothing is closed. */
        post: operations["post_scans_scan_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scans/{scan}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The progress of a scan, as server-sent events: `progress` with the scan each time that it has
         *     changed, `end` with the scan when it has ended or waits for a person, then nothing more.
         *     `stopping` says that the node goes down and the scan goes on at its next start.
         */
        get: operations["get_scans_scan_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scans/{scan}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Holds a scan until somebody resumes it. What is under way is kept. */
        post: operations["post_scans_scan_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scans/{scan}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a scan go on that was paused. It waits for its turn. */
        post: operations["post_scans_scan_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All schedules. */
        get: operations["get_schedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Searches findings and objects: counted, sorted, a page at a time. What a scan has kept is found
         *     within two seconds.
         */
        get: operations["get_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All sources. */
        get: operations["get_sources"];
        put?: never;
        /** Adds a source. It must be there and be readable, unless it is said that it may be missing. */
        post: operations["post_sources"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source. */
        get: operations["get_sources_source"];
        /** Says something else of a source. What is left out is said no more. */
        put: operations["put_sources_source"];
        post?: never;
        /**
         * Deletes a source. Nothing of it is live when this is answered; all that belongs to it is erased
         *     after that, by itself. To delete what is deleted is no error, unless it is to be as it was read.
         */
        delete: operations["delete_sources_source"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/erasure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the erasure of a deleted source is. */
        get: operations["get_sources_source_erasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What scans of a source have given up: listings that failed again and again, objects that were set
         *     aside or could not be read.
         */
        get: operations["get_sources_source_parked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/parked/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Has all that was given up of a source tried again: listings at once where their scan is at work, the
         *     rest by a scan that is ordered.
         */
        post: operations["post_sources_source_parked_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/schedules/{schedule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One schedule. */
        get: operations["get_sources_source_schedules_schedule"];
        /** Adds a schedule, or puts it in the place of the one of this name. Times before now are none of its. */
        put: operations["put_sources_source_schedules_schedule"];
        post?: never;
        /** Removes a schedule. Scans that it has ordered go on. */
        delete: operations["delete_sources_source_schedules_schedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/schedules/{schedule}/times": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The next times of a schedule. */
        get: operations["get_sources_source_schedules_schedule_times"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}/validation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a source is there and can be read, and all that is missing. */
        get: operations["get_sources_source_validation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verdicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says something of several findings, one after the other. Each is said or not for itself. */
        post: operations["post_verdicts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the node lives. It answers as long as it can answer at all. */
        get: operations["get_healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is counted, as Prometheus reads it. */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the node is of use, and which part isn't ready. */
        get: operations["get_readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A source that is to be added. */
        Added: {
            /** @description Whether it is added also where it isn't there, or can't be read, now: it may be mounted later. */
            may_be_missing?: boolean;
            /** @description What is said of it. */
            profile?: components["schemas"]["Profile"];
            /** @description A folder or a file of the node's machine, by its whole path. */
            target: string;
        };
        /** @description A backup. It is remembered for as long as the node runs. */
        Backup: {
            /**
             * Format: int64
             * @description Bytes of them.
             */
            bytes?: number | null;
            /** @description When it ended. */
            ended?: string | null;
            /** @description Why it was given up. */
            error?: string | null;
            /** @description The folder that it is written to, on the node's machine. */
            folder: string;
            /** @description Its id. */
            id: string;
            /**
             * Format: int64
             * @description Rows that it has.
             */
            rows?: number | null;
            /** @description When it was begun: it holds what was kept then. */
            started: string;
            /** @description How far it is. */
            state: components["schemas"]["BackupState"];
        };
        /**
         * @description How far a backup is.
         * @enum {string}
         */
        BackupState: "running" | "finished" | "failed";
        /** @description Bytes of which the same has become. */
        Bytes: {
            /**
             * Format: int64
             * @description How many.
             */
            bytes: number;
            /** @description What became of them: read, carried, sampled, skipped, failed or pending. */
            class: string;
            /** @description Why they were not read. */
            reason?: string | null;
        };
        /** @description Something that was looked at. */
        Check: {
            /** @description What was seen. */
            detail: string;
            /** @description What. */
            name: string;
            /** @description How it stands. */
            state: components["schemas"]["Standing"];
            /** @description What to do. */
            way_out?: string | null;
        };
        /** @description A pack that was looked at, and is kept nowhere. */
        CheckedRulePack: {
            /**
             * Format: int32
             * @description How many rules apply with it, those that come with Trawl among them.
             */
            all_rules: number;
            /**
             * Format: int32
             * @description How many examples show what they say.
             */
            examples: number;
            /**
             * Format: int32
             * @description How many rules are in it.
             */
            rules: number;
        };
        /** @description What was found when it was looked whether all is well. */
        Checks: {
            /** @description What was looked at. */
            checks: components["schemas"]["Check"][];
        };
        /** @description A node of a cluster. */
        ClusterNode: {
            /** @description Where other nodes reach it; none where it is in no mesh. */
            address?: string | null;
            /** @description Whether it is connected with the node that leads. */
            connected: boolean;
            /** @description Whether it is being emptied: it is to have no shards, and reads nothing. */
            drains: boolean;
            /** @description The id of its data directory; none where it was never connected with the node that answers. */
            id?: string | null;
            /**
             * Format: int32
             * @description Lanes of the index that it has: those of its shards, where all nodes reach the files.
             */
            lanes: number;
            /** @description Whether it leads. */
            leads: boolean;
            /**
             * Format: int32
             * @description Of a hundred of its crawlers, so many are at work.
             */
            load?: number | null;
            /** @description What its certificate calls it; of a node that is in no mesh, the name of its machine. */
            name: string;
            /** @description What it is for. */
            roles: string[];
            /**
             * Format: int32
             * @description Shards that it has.
             */
            shards: number;
            /** @description The version of its program. */
            version?: string | null;
        };
        /** @description How a cluster is, as the node that leads sees it. */
        ClusterStatus: {
            /**
             * Format: int64
             * @description Ranges of which the index is to read something.
             */
            index_due: number;
            /**
             * Format: double
             * @description For how long the oldest of them has waited, in seconds.
             */
            index_lag_seconds: number;
            /**
             * Format: int64
             * @description Files of the index.
             */
            index_splits: number;
            /** @description Its nodes, by name. */
            nodes: components["schemas"]["ClusterNode"][];
            /**
             * Format: int64
             * @description Scans at work.
             */
            scans_at_work: number;
            /**
             * Format: int64
             * @description Scans that wait for their turn.
             */
            scans_queued: number;
            /**
             * Format: int32
             * @description Shards over which ranges are spread.
             */
            shards: number;
        };
        /** @description The ledgers of some scans, and the first of what they did not read. */
        CoveragePage: {
            /** @description The sum over all of the scans, those of other pages too. */
            coverage: components["schemas"]["Ledger"];
            /** @description Sources that no scan has looked at. */
            never_read: components["schemas"]["NeverRead"][];
            /** @description What to ask with, as `cursor`, for more of what was not read; null where that was all. */
            next?: string | null;
            /** @description The scans, by their sources. */
            scans: components["schemas"]["Covered"][];
            /**
             * @description What to ask with, as `scans_cursor`, for more scans and sources that were never read; null where
             *     that was all.
             */
            scans_next?: string | null;
            /** @description What the scans did not read, or not whole, as far as it is listed. */
            unread: components["schemas"]["Unread"][];
        };
        /** @description A scan whose coverage is told. */
        Covered: components["schemas"]["Scan"] & {
            /**
             * @description Whether what it did not read can be listed. What is kept of objects tells of the last scan that was
             *     begun: of one before that, and of one that could not begin, there is no list, whatever its ledger
             *     says.
             */
            unread_is_listed: boolean;
        };
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /** @description A source that was deleted. */
        Deleted: {
            /**
             * @description Whether all that belonged to it is gone already, as a sweep over all that is kept and a look into
             *     all files of the index have shown.
             */
            erased: boolean;
            /** @description Its id. */
            id: string;
            /** @description What is left, where something is. */
            left?: string | null;
        };
        /** @description Whether a node is being emptied. */
        Draining: {
            /** @description Whether it is. */
            drains: boolean;
            /** @description Its name. */
            node: string;
        };
        /** @description Some entries of the audit record, the oldest first. */
        Entries: {
            /** @description The items. */
            entries: components["schemas"]["Entry"][];
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
        };
        /** @description An entry of the audit chain. */
        Entry: {
            /** @description What was done. */
            action: string;
            /** @description Who. */
            actor: string;
            /** @description When it was entered. */
            at: string;
            /** @description What else there is to say. */
            detail: string;
            /** @description The hash of this one. */
            hash: string;
            /**
             * Format: int64
             * @description When it was entered, in microseconds since 1970: as it was hashed.
             */
            micros: number;
            /** @description The hash of the entry before, in hexadecimal digits. */
            previous: string;
            /**
             * Format: int64
             * @description Its number, from 1.
             */
            sequence: number;
            /** @description To what. */
            subject: string;
        };
        /** @description Why a finding is one, told from what is kept of it and from its rule. */
        Explanation: {
            /** @description What is known of it, in words, in the order in which it is told. */
            facts: components["schemas"]["Fact"][];
            /** @description The finding. */
            finding: components["schemas"]["Finding"];
            /**
             * @description Whether its rule, in its version, is one of this program now. If not, `why` has the bare
             *     steps of its score.
             */
            rule_is_known: boolean;
            /** @description How its score came about, sentence by sentence. */
            why: string[];
        };
        /** @description Something that is known of a finding. */
        Fact: {
            /** @description What. */
            name: string;
            /** @description In words. */
            text: string;
        };
        /** @description A finding: what it is, where it stands, and what was said of it. The value itself is nowhere. */
        Finding: {
            /**
             * Format: double
             * @description How sure it is, from 0 to 1.
             */
            confidence: number;
            /** @description When it was seen first. */
            first_seen: string;
            /** @description Its id: source, object and finding in one word. */
            id: string;
            /** @description When it was seen last. */
            last_seen?: string | null;
            /**
             * @description The same for the same value and type in the same object, wherever in it it stands: by it a
             *     verdict holds.
             */
            mark: string;
            /** @description The object's name, under the root of its source. */
            object: string;
            /** @description Where in the object the value stands. */
            place: components["schemas"]["Place"];
            /** @description A few of its characters, or none. */
            preview: string;
            /** @description The rule that found it. */
            rule: string;
            /**
             * Format: int32
             * @description The rule's version.
             */
            rule_version: number;
            /** @description How bad it is when the value gets out. */
            sensitivity: components["schemas"]["Level"];
            /** @description The source that holds the object. */
            source: string;
            /** @description Whether its object is still there. */
            state: components["schemas"]["State"];
            /** @description Whose it is. */
            tenant: string;
            /** @description The same for the same value wherever it stands: by it a value is searched for. */
            token: string;
            /** @description What it is, such as `email`. */
            type: string;
            verdict?: components["schemas"]["Verdict"] | null;
            /** @description When it was said. */
            verdict_at?: string | null;
            /** @description Who said it. */
            verdict_by?: string | null;
        };
        /** @description Some findings. */
        Findings: {
            /** @description The items. */
            findings: components["schemas"]["Finding"][];
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
        };
        /**
         * @description An object, and what became of it. Not called `Object`: that means any JSON to the document of the
         *     API.
         */
        FoundObject: components["schemas"]["Ledger"] & {
            /** @description What went wrong with it. */
            error?: string | null;
            /**
             * Format: int64
             * @description How many findings it has.
             */
            findings: number;
            /** @description When it was seen first. */
            first_seen?: string | null;
            /** @description Its format, where it is known. */
            format?: string;
            /** @description Its id. */
            id: string;
            /** @description Its name, under the root of its source. */
            object: string;
            /**
             * Format: int64
             * @description Its size in bytes.
             */
            size: number;
            /** @description Its source. */
            source: string;
            /** @description Whether it is still there. */
            state: components["schemas"]["State"];
            /** @description Whose it is. */
            tenant: string;
        };
        /** @description The node lives. */
        Health: {
            /** @description `ok`. */
            status: string;
            /** @description The program's version. */
            version: string;
        };
        /** @description The hours of a week, on the clocks of a place. */
        Hours: {
            /** @description The stretches in which it may be read. */
            windows: components["schemas"]["Window"][];
            /** @description The time zone, by its name in the IANA database, such as `Europe/Berlin`. */
            zone: string;
        };
        /** @description Items of which the same has become. */
        Items: {
            /** @description What became of them. */
            class: string;
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description What is counted: objects, folders, members, pages or rows. */
            item: string;
            /** @description Why they were not read. */
            reason?: string | null;
        };
        /** @description What is said of a finding now. */
        Judged: {
            /** @description When it was said. */
            at?: string | null;
            /** @description Who said it. */
            by?: string | null;
            /** @description The finding. */
            finding: string;
            verdict?: components["schemas"]["Verdict"] | null;
        };
        /** @description A key, without its secret, which is kept nowhere. */
        Key: {
            /** @description What it may do. */
            can: components["schemas"]["Right"][];
            /** @description Its id. */
            id: string;
            /** @description When it was made. */
            made: string;
            /** @description By whom. */
            made_by: string;
            /** @description What people call it. */
            name: string;
            /** @description When it was revoked. */
            revoked?: string | null;
            /** @description By whom. */
            revoked_by?: string | null;
            /** @description When it was used last, as of a minute ago or so; none where it never was. */
            used?: string | null;
        };
        /** @description Keys, the oldest first. */
        Keys: {
            /** @description The items. */
            keys: components["schemas"]["Key"][];
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
        };
        /** @description What kinds of objects a scan met. */
        Kinds: {
            /**
             * Format: int64
             * @description Changed since they were read.
             */
            changed: number;
            /**
             * Format: int64
             * @description Findings in all of them.
             */
            findings: number;
            /**
             * Format: int64
             * @description Seen for the first time.
             */
            new: number;
            /**
             * Format: int64
             * @description Gone here and met there.
             */
            renamed: number;
            /**
             * Format: int64
             * @description Unchanged.
             */
            same: number;
            /**
             * Format: int64
             * @description Gone.
             */
            vanished: number;
        };
        /** @description Both ledgers, class by class. */
        Ledger: {
            /** @description Bytes of objects as they are stored, which sum to what listing saw. */
            bytes: components["schemas"]["Bytes"][];
            /** @description Objects, folders, members, pages and rows. */
            items: components["schemas"]["Items"][];
        };
        /** @enum {string} */
        Level: "low" | "medium" | "high" | "critical";
        /** @description A match: a finding, or an object. */
        Match: (components["schemas"]["Finding"] & {
            /** @enum {string} */
            kind: "finding";
        }) | (components["schemas"]["FoundObject"] & {
            /** @enum {string} */
            kind: "object";
        });
        /** @description A page of what was found, and how much there is on all pages. */
        Matches: {
            /**
             * Format: int64
             * @description How many matches there are, on all pages.
             */
            count: number;
            /** @description How many there are by each value, for each field that was asked for. */
            facets: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            /** @description The matches of this page, in order. */
            matches: components["schemas"]["Match"][];
            /** @description Where the next page begins; null where this is the last. */
            next?: string | null;
            /** @description What could not be searched: where there is something, there may be more matches. */
            unsearched: components["schemas"]["Unsearched"][];
        };
        /** @description A source that no scan has looked at: that nothing was found in it says nothing. */
        NeverRead: {
            /** @description Where it lies. */
            location: string;
            /** @description The source. */
            source: string;
        };
        /** @description A key that was just made. This is the one time that it is shown. */
        NewKey: components["schemas"]["Key"] & {
            /** @description What goes behind `Authorization: Bearer`. */
            key: string;
        };
        /** @description A pack that is to be kept: all of its files. */
        NewRulePack: {
            /** @description Files of rules (`.toml`), what they need beside them, and `overrides.toml`. */
            files: components["schemas"]["RuleFile"][];
        };
        /** @description A scan, by id and by its number among the scans of its source. */
        Numbered: {
            /**
             * Format: int32
             * @description Its number, from 1.
             */
            number: number;
            /** @description Its id. */
            scan: string;
        };
        /** @description What is to be scanned, and how. Either a source or a target is named. */
        Order: {
            /**
             * @description Paths under the target that match one of these globs are passed over; as the settings say
             *     where there is none.
             * @default []
             */
            exclude?: string[];
            /**
             * @description Whether to read everything again, also what has not changed.
             * @default false
             */
            full?: boolean;
            /**
             * @description Only paths under the target that match one of these globs are read; as the settings say
             *     where there is none.
             * @default []
             */
            include?: string[];
            /**
             * Format: int64
             * @description Larger objects are skipped; as the settings say where it is left out.
             * @default null
             */
            max_object_bytes?: number | null;
            /** @default null */
            priority?: components["schemas"]["Priority"] | null;
            /**
             * @description A source that is known, by its id, its name or its location.
             * @default null
             */
            source?: string | null;
            /**
             * @description A folder or a file of the node's machine, by its whole path. Only who has the right `admin`
             *     may name one.
             * @default null
             */
            target?: string | null;
            /** @default null */
            vanished?: components["schemas"]["Vanished"] | null;
        };
        /** @description A scan that was ordered. */
        Ordered: {
            /** @description The scan's id. Where one of the source was open already, it is that one's. */
            id: string;
            /** @description Whether it has joined a scan that was open. */
            joined: boolean;
            /**
             * Format: int32
             * @description Its number among the scans of its source.
             */
            number: number;
            /** @description The source. */
            source: string;
            /** @description How it stands: `queued`, unless it has joined one that is open. */
            state: string;
        };
        /** @description What became of one: `judged` if it was said, `problem` if not. */
        Outcome: {
            /** @description The finding's id, as it was given. */
            finding: string;
            judged?: components["schemas"]["Judged"] | null;
            problem?: components["schemas"]["Problem"] | null;
        };
        /** @description What became of each. */
        Outcomes: {
            /** @description In the order in which they were given. */
            outcomes: components["schemas"]["Outcome"][];
        };
        /** @description How fast a scan gets on. */
        Pace: {
            /**
             * Format: double
             * @description Bytes that were done a second of late, to the thousandth.
             */
            bytes_per_second: number;
            /**
             * Format: double
             * @description Objects that were done a second of late, to the thousandth: of what is slow it is less than one.
             */
            objects_per_second: number;
            /**
             * Format: int64
             * @description About how many seconds it still takes, if it goes on as of late. It is told only where all is
             *     listed, for before that nobody knows, and where it gets on at all.
             */
            remaining_seconds?: number | null;
        };
        /** @description Something that scans of a source have given up. */
        Parked: {
            /** @description What happened, without content. */
            error: string;
            /** @description The object. */
            object?: string | null;
            /** @description The range that it is of. */
            range: string;
            /** @description Why the object was given up. */
            reason?: string | null;
            /** @description What it is: a listing, behind which nothing was seen, or an object. */
            what: components["schemas"]["What"];
        };
        /** @description Some of what scans of a source have given up. */
        ParkedPage: {
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
            /** @description The items. */
            parked: components["schemas"]["Parked"][];
        };
        /** @description A part of the node. */
        Part: {
            /** @description Which. */
            name: string;
            /** @description Whether it is ready. */
            ready: boolean;
            /** @description Why not. */
            why?: string | null;
        };
        /** @description Where in an object a value stands: what its format has of these. */
        Place: {
            /**
             * Format: int64
             * @description Column, from 1: of the line in characters, or of the sheet.
             */
            column?: number | null;
            /**
             * Format: int64
             * @description One past the last byte.
             */
            end?: number | null;
            /** @description Field by name or path. */
            field?: string | null;
            /**
             * Format: int64
             * @description Line, from 1.
             */
            line?: number | null;
            /** @description The way in, outermost first. */
            member?: string[] | null;
            /** @description True when the value stands in a name. */
            name?: boolean | null;
            /**
             * Format: int64
             * @description Characters into the text of page, paragraph, cell, field or name.
             */
            offset?: number | null;
            /**
             * Format: int32
             * @description Page or slide, from 1.
             */
            page?: number | null;
            /**
             * Format: int32
             * @description Paragraph, from 1.
             */
            paragraph?: number | null;
            /**
             * Format: int64
             * @description Row, from 1.
             */
            row?: number | null;
            /** @description Sheet by name. */
            sheet?: string | null;
            /**
             * Format: int64
             * @description First byte in the innermost member.
             */
            start?: number | null;
            /** @description Table by name. */
            table?: string | null;
            /** @description By what the bytes there are decoded to have the value, the outermost first. */
            via?: string[] | null;
        };
        /** @enum {string} */
        Priority: "low" | "normal" | "high";
        /** @description Why a request was not carried out. */
        Problem: {
            /** @description What programs go by. It never changes its meaning. */
            code: string;
            /** @description What is wrong with this request. */
            detail: string;
            /** @description The id of the request, by which its lines in the log are found. */
            request_id?: string | null;
            span?: components["schemas"]["Span"] | null;
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status: number;
            /** @description The code in words. */
            title: string;
            /** @description The code as a URI. */
            type: string;
            /** @description What to do about it. */
            way_out: string;
        };
        /** @description What people say of a source. Where it says nothing, the settings of the node hold. */
        Profile: {
            /**
             * Format: int64
             * @description How many of its bytes are read a second, at the most.
             * @default null
             */
            bytes_per_second?: number | null;
            /**
             * Format: int32
             * @description How many days findings of what has vanished are kept.
             * @default null
             */
            closed_days?: number | null;
            /** @default null */
            hours?: components["schemas"]["Hours"] | null;
            /**
             * @description Words about it, by key.
             * @default {}
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description What it is called. No two sources share a name.
             * @default null
             */
            name?: string | null;
            /**
             * Format: int64
             * @description How many of its objects are opened a second, at the most.
             * @default null
             */
            objects_per_second?: number | null;
            /**
             * @description Which of several sources is served first.
             * @default normal
             */
            priority?: components["schemas"]["Priority"];
            /** @default null */
            selection?: components["schemas"]["Selection"] | null;
        };
        /** @description Whether the node is of use. */
        Readiness: {
            /** @description Each part. */
            parts: components["schemas"]["Part"][];
            /** @description Whether all of its parts are ready. */
            ready: boolean;
        };
        /** @description Making the index anew. It is remembered for as long as the node runs. */
        Rebuild: {
            /**
             * Format: int64
             * @description Findings and objects that it has, or has taken in so far.
             */
            documents: number;
            /** @description When it ended. */
            ended?: string | null;
            /** @description Why it was given up. */
            error?: string | null;
            /** @description When it was begun, or gone on with after a start. */
            started: string;
            /** @description How far it is. */
            state: components["schemas"]["RebuildState"];
        };
        /**
         * @description How far making the index anew is.
         * @enum {string}
         */
        RebuildState: "running" | "finished" | "failed";
        /** @description What is tried again. */
        Released: {
            /**
             * Format: int64
             * @description Listings that the scan at work tries again at once.
             */
            listings: number;
            scan?: components["schemas"]["Ordered"] | null;
        };
        /** @description What reading the settings again came to. */
        Reloaded: {
            /**
             * @description The settings that have taken effect. `api.tls_certificate` is among them when another
             *     certificate or key lies at its place.
             */
            applied: string[];
            /** @description The settings that were changed and take effect at the next start. */
            waiting: string[];
        };
        /** @enum {string} */
        Right: "read" | "scan" | "judge" | "admin";
        /** @description A file of a pack. */
        RuleFile: {
            /** @description Its name within the pack: `staff/badge.toml`. */
            name: string;
            /** @description What is in it. */
            text: string;
        };
        /** @description A file of a pack, without what is in it. */
        RuleFileSize: {
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            bytes: number;
            /** @description Its name. */
            name: string;
        };
        /** @description A version of a pack. */
        RulePack: {
            /** @description When it was put. */
            at: string;
            /** @description By whom. */
            by: string;
            /** @description Its files. */
            files: components["schemas"]["RuleFileSize"][];
            /** @description The hash of all that is in it. */
            hash: string;
            /** @description Its name. */
            name: string;
            /**
             * Format: int32
             * @description How many rules are in it.
             */
            rules: number;
            /**
             * Format: int32
             * @description Its version, from 1.
             */
            version: number;
        };
        /** @description All files of a version of a pack. */
        RulePackFiles: {
            /** @description The files. */
            files: components["schemas"]["RuleFile"][];
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
        };
        /** @description The packs that apply to scans which begin now. */
        RulePacks: {
            /** @description The packs, by name. */
            packs: components["schemas"]["RulePack"][];
            /**
             * Format: int64
             * @description How often packs were changed; 0 where there never was one.
             */
            revision: number;
        };
        /** @description What is to be said of a finding. */
        Said: {
            /** @description The verdict; `none` takes back what was said. */
            verdict: components["schemas"]["VerdictWord"];
        };
        /** @description What is to be said of one of several findings. */
        SaidOf: {
            /** @description The finding's id. */
            finding: string;
            /** @description The verdict; `none` takes back what was said. */
            verdict: components["schemas"]["VerdictWord"];
        };
        /** @description What is to be said of several findings. */
        SaidOfMany: {
            /** @description Each of them. */
            verdicts: components["schemas"]["SaidOf"][];
        };
        /** @description A scan: one pass over a source, and what it came to. */
        Scan: components["schemas"]["Ledger"] & {
            /** @description Whether both ledgers sum to what listing saw. Of a scan at work they do at its end. */
            adds_up: boolean;
            /** @description Whether all is listed. If not, there is more than is listed so far. */
            all_listed: boolean;
            /** @description What kinds of objects there were, and how many findings. */
            counts: components["schemas"]["Kinds"];
            /**
             * Format: int64
             * @description The bytes of these.
             */
            done_bytes: number;
            /**
             * Format: int64
             * @description Of the objects listed, those that are done: read, carried, skipped or failed.
             */
            done_objects: number;
            /** @description When it ended. */
            ended?: string | null;
            /** @description Why it failed or waits. */
            error?: string | null;
            /** @description Whether everything is read again, also what has not changed. */
            full: boolean;
            /** @description Its id. */
            id: string;
            /**
             * Format: int64
             * @description The sum of their sizes.
             */
            listed_bytes: number;
            /**
             * Format: int64
             * @description Objects that listing saw.
             */
            listed_objects: number;
            /** @description Where the source lies. */
            location: string;
            /**
             * Format: int32
             * @description Its number among the scans of its source, from 1.
             */
            number: number;
            /** @description When it was ordered. */
            ordered: string;
            pace?: components["schemas"]["Pace"] | null;
            /** @description Which of several is served first. */
            priority: components["schemas"]["Priority"];
            /**
             * @description The id of the request that ordered it, by which its lines in the log are found; none where a
             *     schedule or a command without a node did.
             */
            request_id?: string | null;
            /** @description The rules that it applies, as one id. */
            rules: string;
            /** @description The source. */
            source: string;
            /** @description When it was begun; until then, when it was ordered. */
            started: string;
            /** @description How it stands. */
            state: components["schemas"]["ScanState"];
            waits_for?: components["schemas"]["WaitsFor"] | null;
            /** @description When what it waits for is there, where that is known: when the hours of its source begin. */
            waits_until?: string | null;
        };
        /** @enum {string} */
        ScanState: "running" | "waiting" | "finished" | "cancelled" | "failed" | "queued" | "paused";
        /** @description Some scans, the newest first. */
        Scans: {
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
            /** @description The items. */
            scans: components["schemas"]["Scan"][];
        };
        /** @description When scans of a source are ordered without anybody asking. */
        Schedule: {
            /** @description The times, as cron writes them. */
            cron: string;
            /** @description Whether everything is read again, also what has not changed. */
            full: boolean;
            /** @description Where the source lies. */
            location: string;
            /** @description What the schedule is called. */
            name: string;
            /** @description The next time; none where no more come. */
            next?: string | null;
            /** @description Which of several scans is served first. */
            priority: components["schemas"]["Priority"];
            /** @description The source, by its id. */
            source: string;
            /** @description On the clocks of which place. */
            zone: string;
        };
        /** @description Some schedules. */
        Schedules: {
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
            /** @description The items. */
            schedules: components["schemas"]["Schedule"][];
        };
        /** @description What of a source is read. */
        Selection: {
            /**
             * @description No paths that match one of these.
             * @default []
             */
            exclude?: string[];
            /**
             * @description Only paths that match one of these globs; all where there is none.
             * @default []
             */
            include?: string[];
            /**
             * Format: int64
             * @description No larger objects.
             * @default null
             */
            max_bytes?: number | null;
        };
        /** @description A rule. */
        ShownRule: {
            /** @description What kind of thing it is. */
            category: string;
            /** @description Its id. */
            id: string;
            /** @description Where it is issued or what law knows it; empty: everywhere. */
            jurisdiction: string[];
            /** @description How people call that. */
            name: string;
            /** @description Whether a value names a person. */
            person: boolean;
            /** @description The laws and standards that ask about it. */
            regulations: string[];
            /** @description Whether a value is a secret. */
            secret: boolean;
            /** @description How bad it is when a value gets out. */
            sensitivity: string;
            /** @description The type that it finds. */
            type: string;
            /**
             * Format: int32
             * @description Its version.
             */
            version: number;
        };
        /** @description All rules that apply to scans which begin now. */
        ShownRules: {
            /** @description The rules, in the order of their ids. */
            rules: components["schemas"]["ShownRule"][];
        };
        /** @description A source: a folder, a file, or whatever else is scanned as one. */
        Source: {
            finished?: components["schemas"]["Numbered"] | null;
            /** @description Its id. */
            id: string;
            /** @description What reads it, such as `files`. */
            kind: string;
            /** @description Where it lies. */
            location: string;
            /** @description What people say of it. */
            profile: components["schemas"]["Profile"];
            /** @description The folder under which the names of its objects lead on. */
            root: string;
            running?: components["schemas"]["Numbered"] | null;
            /**
             * Format: int32
             * @description Scans of it that were begun.
             */
            scans: number;
        };
        /** @description Some sources. */
        Sources: {
            /**
             * @description What to ask with, as `cursor`, for what comes behind; null where that was all. A
             *     page may be short, or empty, and have more behind it.
             */
            next?: string | null;
            /** @description The items. */
            sources: components["schemas"]["Source"][];
        };
        /** @description A stretch of a query, in bytes of UTF-8. It may be empty, where something is missing. */
        Span: {
            /**
             * Format: int64
             * @description One past the last byte.
             */
            end: number;
            /**
             * Format: int64
             * @description The first byte.
             */
            start: number;
        };
        /**
         * @description How something stands.
         * @enum {string}
         */
        Standing: "ok" | "warning" | "failed";
        /** @enum {string} */
        State: "open" | "closed";
        /** @description The next times of a schedule. */
        Times: {
            /** @description The times, the next one first. */
            times: string[];
        };
        /** @description What is said of a schedule. */
        Timing: {
            /**
             * @description The times, as cron writes them: minute, hour, day of the month, month, day of the week, such as
             *     `30 2 * * mon-fri`.
             */
            cron: string;
            /** @description Whether to read everything again, also what has not changed. */
            full?: boolean;
            /** @description Which of several scans is served first. */
            priority?: components["schemas"]["Priority"];
            /** @description On the clocks of which place, by its name in the IANA database, such as `Europe/Berlin`. */
            zone?: string;
        };
        /** @description Something that was not read, or not whole. */
        Unread: {
            /**
             * Format: int64
             * @description How many of its bytes.
             */
            bytes: number;
            /** @description What became of it: skipped, failed or pending. */
            class: string;
            /** @description What went wrong. */
            error?: string | null;
            /**
             * Format: int64
             * @description How many of its members.
             */
            members?: number;
            /** @description The object's name, under the root of its source. */
            object: string;
            /** @description Why. */
            reason?: string | null;
            /** @description The scan. */
            scan: string;
            /** @description The source. */
            source: string;
        };
        /** @description A part of the index that could not be searched. */
        Unsearched: {
            /** @description Its name. */
            split: string;
            /** @description Why. */
            why: string;
        };
        /** @description Whether a source is there and can be read. */
        Validation: {
            /** @description All that is missing. */
            missing: string[];
            /** @description Whether nothing is missing. */
            valid: boolean;
        };
        /**
         * @description What to do about much that has vanished.
         * @enum {string}
         */
        Vanished: "close" | "keep";
        /** @enum {string} */
        Verdict: "confirmed" | "false-positive" | "accepted";
        /**
         * @description A verdict, or that there is none.
         * @enum {string}
         */
        VerdictWord: "confirmed" | "false-positive" | "accepted" | "none";
        /** @description Whether the chain is as it was written. */
        Verification: {
            /** @description Where it is broken, and why. */
            broken?: string | null;
            /**
             * Format: int64
             * @description How many entries follow one on the other from the first on.
             */
            entries: number;
            /** @description Whether it is whole. */
            whole: boolean;
        };
        /**
         * @description What a scan waits for.
         * @enum {string}
         */
        WaitsFor: "disk" | "hours";
        /** @description A key that is to be made. */
        Wanted: {
            /** @description What it may do: one right or several. */
            can: components["schemas"]["Right"][];
            /** @description What people call it. */
            name: string;
        };
        /** @description A backup that is to be made. */
        WantedBackup: {
            /** @description The folder to write to, on the node's machine, by its whole path. It must be new or empty. */
            folder: string;
        };
        /**
         * @description What was given up.
         * @enum {string}
         */
        What: "listing" | "object";
        /** @description A stretch of a day, on some days of the week. */
        Window: {
            /** @description The days on which it begins. */
            days: components["schemas"]["Day"][];
            /** @description When it begins, such as `22:00`. */
            from: string;
            /** @description When it ends, `24:00` for the end of the day; where that is no later, on the next day. */
            to: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_audit: {
        parameters: {
            query?: {
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries, the oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entries"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_audit_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the record is whole */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_backups: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WantedBackup"];
            };
        };
        responses: {
            /** @description It is being written */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another one is being written */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_backups_backup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                backup: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_checks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checks"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_cluster: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterStatus"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_cluster_nodes_node_drain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description What its certificate calls it */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being emptied */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draining"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_cluster_nodes_node_undrain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description What its certificate calls it */
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It takes part again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draining"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_config_reload: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What has taken effect, and what waits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reloaded"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The settings are wrong */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_coverage: {
        parameters: {
            query?: {
                /** @description A scan by its id; the last scan of each source where it is left out. */
                scan?: string;
                /**
                 * @description At most so many things that were not read; as many as a page may have where it is left out. Of
                 *     scans there are as many as a page may have.
                 */
                limit?: number;
                /** @description `next` of the page before, for more of what was not read. */
                cursor?: string;
                /**
                 * @description `scans_next` of the page before, for more scans. Where one of the two cursors is given, only its
                 *     list is gone on with.
                 */
                scans_cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ledgers, and what was not read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoveragePage"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such scan */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_findings: {
        parameters: {
            query?: {
                /** @description Only of this type; `us.*` takes all that begin so; may be given again. */
                type?: string[];
                /** @description Only of this source, by id or by location. */
                source?: string;
                /** @description Only in objects whose name begins so. */
                path_prefix?: string;
                /** @description Only those that are at least this sure, in percent. */
                min_confidence?: number;
                /** @description Only open ones, closed ones (their object has vanished), or all. */
                state?: "open" | "closed" | "all";
                /** @description Only those with this verdict. */
                verdict?: "confirmed" | "false-positive" | "accepted" | "none";
                /** @description Only those that are at least this bad. */
                sensitivity?: "low" | "medium" | "high" | "critical";
                /**
                 * @description Only what this scan found: in objects that it has read, and no later scan has read anew. What it
                 *     took over unchanged was found by a scan before it.
                 */
                scan?: string;
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Findings"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such source, or no such scan */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_findings_finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                finding: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The finding */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Finding"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_findings_finding_explanation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                finding: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why it is one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_findings_finding_verdict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The finding's id */
                finding: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is said of it, with its ETag */
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Judged"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_findings_finding_verdict: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of what is expected to be said of it now */
                "If-Match"?: string | null;
                /** @description The ETag of what is expected not to be said of it now */
                "If-None-Match"?: string | null;
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The finding's id */
                finding: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Said"];
            };
        };
        responses: {
            /** @description What is said of it now, with its ETag */
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Judged"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something else was said of it */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_index_rebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuild"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_index_rebuild: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being made */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuild"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_keys: {
        parameters: {
            query?: {
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys, the oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_keys: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Wanted"];
            };
        };
        responses: {
            /** @description The key, shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_keys_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document of the API */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rule_packs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The packs, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePacks"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rule_packs_pack: {
        parameters: {
            query?: {
                /** @description The version; the one that applies unless given. */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Its name */
                pack: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pack, without what is in its files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePack"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_rule_packs_pack: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its name: a-z, 0-9 and -, a letter first */
                pack: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRulePack"];
            };
        };
        responses: {
            /** @description The pack as it applies now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePack"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_rule_packs_pack: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its name */
                pack: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The packs that are left */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePacks"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_rule_packs_pack_check: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its name: a-z, 0-9 and -, a letter first */
                pack: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRulePack"];
            };
        };
        responses: {
            /** @description It would be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedRulePack"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rule_packs_pack_files: {
        parameters: {
            query?: {
                /** @description The version; the one that applies unless given. */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Its name */
                pack: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All files of the pack */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePackFiles"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules, in the order of their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownRules"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_scans: {
        parameters: {
            query?: {
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of scans, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scans"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scans: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Order"];
            };
        };
        responses: {
            /** @description The scan that was ordered */
            202: {
                headers: {
                    /** @description Where the scan is watched */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ordered"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such source */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_scans_scan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                scan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scan"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scans_scan_cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id */
                scan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scan as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scan"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_scans_scan_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                scan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, each with a scan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scans_scan_pause: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id */
                scan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scan as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scan"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scans_scan_resume: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id */
                scan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scan as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scan"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_schedules: {
        parameters: {
            query?: {
                /** @description Only those of this source, by its name, its id or its location. */
                source?: string;
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of schedules, by source and name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedules"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such source */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_search: {
        parameters: {
            query?: {
                /** @description The query, in the language of docs/search.md; all there is where it is left out. */
                q?: string;
                /**
                 * @description By what matches are sorted, such as `size`; `-` before it begins with the largest. By
                 *     `-first_seen` where it is left out.
                 */
                sort?: string;
                /** @description Counts all matches by the values of a field, such as `type`; may be given again. */
                facet?: string[];
                /** @description At most so many; 50 where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of matches */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Matches"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources: {
        parameters: {
            query?: {
                /** @description Only the one of this name, id or location. */
                source?: string;
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sources, by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sources"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such source */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sources: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Added"];
            };
        };
        responses: {
            /** @description The source, with its ETag */
            201: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The source, with its ETag */
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_sources_source: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the source as it was read */
                "If-Match"?: string | null;
                /** @description The ETag of what is to stay */
                "If-None-Match"?: string | null;
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id */
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Profile"];
            };
        };
        responses: {
            /** @description The source as it is now, with its ETag */
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something else was said of it */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sources_source: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the source as it was read */
                "If-Match"?: string | null;
                /** @description The ETag of what is to stay */
                "If-None-Match"?: string | null;
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Its id */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted, and is being erased */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something else was said of it, or it is deleted */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_source_erasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether nothing of it is left */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_source_parked: {
        parameters: {
            query?: {
                /** @description At most so many; as many as a page may have where it is left out. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The source's id */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of what was given up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParkedPage"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sources_source_parked_release: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The source's id */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is tried again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Released"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_source_schedules_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The source's id */
                source: string;
                /** @description The schedule's name */
                schedule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule, with its ETag */
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_sources_source_schedules_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the schedule as it was read */
                "If-Match"?: string | null;
                /** @description `*`, so that none is replaced */
                "If-None-Match"?: string | null;
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The source's id */
                source: string;
                /** @description The schedule's name */
                schedule: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Timing"];
            };
        };
        responses: {
            /** @description The schedule as it is now, with its ETag */
            200: {
                headers: {
                    /** @description For If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed, or isn't there, or is */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sources_source_schedules_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the schedule as it was read */
                "If-Match"?: string | null;
                /** @description The ETag of what is to stay */
                "If-None-Match"?: string | null;
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The source's id */
                source: string;
                /** @description The schedule's name */
                schedule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule as it was */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has changed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_source_schedules_schedule_times: {
        parameters: {
            query?: {
                /** @description So many; 5 where it is left out. */
                count?: number;
            };
            header?: never;
            path: {
                /** @description The source's id */
                source: string;
                /** @description The schedule's name */
                schedule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The times, the next one first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Times"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_source_validation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is missing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-found, no-such-route */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_verdicts: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request with the same key is carried out once, and answered again with the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaidOfMany"];
            };
        };
        responses: {
            /** @description What became of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outcomes"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: at-work, backup-at-work, shown-once, conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: not-json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: bad-body, other-request, bad-target, bad-rules, bad-settings */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: disk-full */
            507: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It lives */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All counters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: no-key, key-refused */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: stopping, nobody-leads */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All parts are ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Code: bad-request, bad-json, bad-query, query-too-much, query-syntax, query-unknown-name, query-bad-value, query-empty-range, query-nothing-to-search */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: may-not, wrong-host, wrong-origin, other-tenant */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-slow */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: too-many-requests */
            429: {
                headers: {
                    /** @description Seconds after which to ask again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Code: fault, store-failed */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Some part is not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
