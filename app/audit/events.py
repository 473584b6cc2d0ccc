"""Every act that is recorded, and exactly which facts each one carries. This table is for auditors to read.

An event also carries who acted, at which office, when, and in which request. `record` refuses other names and facts.
"""

EVENTS: dict[str, frozenset[str]] = {
    name: frozenset(facts.split())
    for name, facts in {
        # people
        "session.opened": "address",
        "session.refused": "identifier address reason",
        "session.closed": "",
        "session.closed_everywhere": "officer_id",
        "password.changed": "officer_id",
        "password.reset_requested": "officer_id address",
        "password.reset": "officer_id",
        "officer.created": "officer_id staff_number name",
        "officer.changed": "officer_id changes",
        "officer.deactivated": "officer_id",
        "officer.reactivated": "officer_id",
        "officer.posted": "officer_id posted_office_id starts_on",
        "accommodation.granted": "officer_id extra_time large_print reader",
        "office.created": "new_office_id code name parent_id",
        "office.changed": "changed_office_id changes",
        "role.granted": "officer_id role role_office_id",
        "role.revoked": "officer_id role role_office_id",
        # handbooks
        "handbook.version_loaded": "handbook version content_hash rules",
        "handbook.version_published": "handbook version content_hash rules",
        "handbook.version_in_force": "handbook version",
        "handbook.version_withdrawn": "handbook version",
        "handbook.version_typeset": "handbook version language sha256",
        # publishing
        "draft.started": "draft_id base",
        "draft.submitted": "draft_id",
        "draft.returned": "draft_id",
        "draft.withdrawn": "draft_id",
        # acknowledgements
        "acknowledgement.made": (
            "acknowledgement_id handbook version content_hash language since_version_id renewal"
        ),
        # enquiries
        "enquiry.asked": "enquiry_id handbook rule version",
        "enquiry.answered": "enquiry_id",
        "enquiry.declined": "enquiry_id",
        # quizzes
        "quiz.loaded": "quiz added changed retired",
        "question.repinned": "question quiz version pinned_hash",
        "question.drafted": "question quiz version",
        "question.approved": "question quiz version",
        "question.discarded": "question quiz version",
        "question.quarantined": "question quiz version",
        "question.released": "question quiz version",
        "question.retired": "question quiz version",
        "question.corrected": "question quiz version reason",
        "question.disputed": "dispute_id",
        "dispute.answered": "dispute_id upheld",
        # briefings and rollouts
        "briefing.withdrawn": "briefing_id given_on",
        "briefing.recorded": "briefing_id given_on rules officers",
        "rollout.begun": "rollout_id kind path waves seed",
        "rollout.stopped": "rollout_id",
        # uniformity
        "uniformity.exported": "scope subject format rows",
        "targets.set": "must other effective_on",
        "attempt.regraded": "attempt_id quiz score maximum passed correction_id",
        "attempt.started": "attempt_id quiz",
        "attempt.submitted": "attempt_id quiz score maximum passed by",
        # compliance
        "assignment.created": "assignment_id kind target assigned_office_id due",
        "assignment.withdrawn": "assignment_id",
        "exemption.granted": "exemption_id assignment_id officer_id until reason",
        "exemption.revoked": "exemption_id",
        "reminder.sent": "officers reminded_office_id filter",
        "list.exported": "kind format rows filter",
        # audit itself
        "audit.read": "filter",
        "audit.exported": "filter",
        # demonstration
        "demo.loaded": "officers offices seed",
    }.items()
}
