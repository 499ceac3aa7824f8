"""Competences, courses, sessions and enrolments in the states that the verbs need."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, PriceKind, ProviderKind
from tenant_app.competences import service as competences
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation.models import Position
from tests.town import Town


class LearningThings(Town):
    """Every enrolment has a session of its own, so that none stands in another's way."""

    def make_field(self, where: str) -> UUID:
        """A competence area."""
        with self.as_system() as ctx:
            return competences.create_area(ctx, name=self.word("competence_areas", "name")).id

    def make_competence(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return competences.create_competence(
                ctx,
                area_id=self.the("field"),
                name=self.word("competences", "name"),
                validity_months=None,
            ).id

    def make_target(self, where: str) -> UUID:
        competence_id = self.make("competence", where)
        with self.as_system() as ctx:
            return competences.set_target(
                ctx,
                competence_id=competence_id,
                position=Position.PEDAGOGUE,
                min_count=1,
                due_date=self.day(90),
            ).id

    def make_holding(self, where: str) -> UUID:
        competence_id = self.make("competence", where)
        with self.as_system() as ctx:
            return competences.note_holding(
                ctx,
                employee_id=self.the("employee", where),
                competence_id=competence_id,
                from_date=self.day(-100),
            ).id

    def make_provider(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return catalogue.create_provider(
                ctx, name=self.word("providers", "name"), kind=ProviderKind.MUNICIPAL
            ).id

    def make_course(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return catalogue.create_course(
                ctx,
                code=self.word("courses", "code"),
                title=self.word("courses", "title"),
                provider_id=self.the("provider"),
                form=CourseForm.COURSE,
                ects=Decimal(0),
                hours=Decimal(8),
                cover_hours=Decimal(1),
                price_kind=PriceKind.PER_PERSON,
                price=kroner(500),
            ).id

    def make_retired(self, where: str) -> UUID:
        """A course that is in the catalogue no more."""
        course_id = self.make("course", where)
        with self.as_system() as ctx:
            catalogue.retire_course(ctx, course_id)
        return course_id

    def make_gift(self, where: str) -> UUID:
        """A course that gives the competence."""
        course_id = self.make("course", where)
        with self.as_system() as ctx:
            catalogue.give_competence(ctx, course_id, competence_id=self.the("competence"))
        return course_id

    def make_session(self, where: str, *, starts_in: int = 30) -> UUID:
        course_id = self.make("course", where)
        with self.as_system() as ctx:
            return catalogue.create_session(
                ctx,
                course_id=course_id,
                starts_on=self.day(starts_in),
                ends_on=self.day(starts_in),
                deadline=self.day(starts_in - 10),
                seats=20,
                place=self.word("course_sessions", "place"),
            ).id

    def make_submitted(self, where: str, *, starts_in: int = 30, asked: int = 0) -> UUID:
        """A pedagogue's request that waits for the institution's leader."""
        session_id = self.make_session(where, starts_in=starts_in)
        with self.as_user(f"ped_{where}", now=self.now + timedelta(days=asked)) as ctx:
            [made] = enrolments.request(
                ctx,
                session_id=session_id,
                employee_ids=[self.employees[f"ped_{where}_1"]],
                motivation=self.word("enrolments", "motivation"),
            )
        return made.id

    def make_returned(self, where: str) -> UUID:
        enrolment_id: UUID = self.make("submitted", where)
        with self.as_user(f"leader_{where}") as ctx:
            note = self.word("enrolments", "decision_note")
            enrolments.return_(ctx, enrolment_id, note=note)
        return enrolment_id

    def make_confirmed(self, where: str, *, starts_in: int = 30, asked: int = 0) -> UUID:
        """A place on a session that lies ahead."""
        enrolment_id = self.make_submitted(where, starts_in=starts_in, asked=asked)
        for name in (f"leader_{where}", f"area_{self.area(where)}"):
            with self.as_user(name, now=self.now + timedelta(days=asked)) as ctx:
                note = self.word("approval_steps", "note")
                enrolments.approve(ctx, enrolment_id, note=note)
        return enrolment_id

    def make_attended(self, where: str) -> UUID:
        """A place on a session that was held."""
        return self.make_confirmed(where, starts_in=-20, asked=-40)
