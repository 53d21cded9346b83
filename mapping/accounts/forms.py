"""What people type about accounts: passwords, codes, whom to let in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.access import Role
from mapping.accounts import links, people, throttling
from mapping.errors import UserError
from mapping.models import Grant, Unit, User
from mapping.models.units import in_natural_order
from mapping.text import clean, nfc


class PlainForm(forms.Form):
    """A form whose labels stand alone, without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class SignInForm(AuthenticationForm):
    """Name and password. One sentence for every refusal: it tells nobody whether there is such an account."""

    def get_invalid_login_error(self) -> forms.ValidationError:
        """Say what may be wrong, and what to do: the same for wrong, unknown, locked and deactivated."""
        return forms.ValidationError(
            _(
                "Chưa đăng nhập được: tên đăng nhập hoặc mật khẩu chưa đúng, hoặc đã thử sai nhiều lần. Kiểm tra phím "
                "Caps Lock và bộ gõ tiếng Việt rồi thử lại; sau 5 lần sai hãy chờ %(minutes)d phút."
            )
            % {"minutes": throttling.minutes_to_wait()},
            code="invalid_login",
        )

    def clean_password(self) -> str:
        """Read the password in NFC: keyboards write one and the same Vietnamese letter in two ways."""
        return nfc(self.cleaned_data["password"])


class CodeForm(PlainForm):
    """The six digits that the phone shows, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Mã 6 chữ số trên điện thoại"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "class": "code"}
        ),
    )

    def __init__(self, *args: Any, with_recovery: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if with_recovery:
            self.fields["code"].label = _("Mã khôi phục")
            self.fields["code"].help_text = _(
                "Một trong mười mã trên giấy, ví dụ: ab2c-de3f-gh4j. Mỗi mã dùng một lần."
            )
            self.fields["code"].widget.attrs |= {"inputmode": "text", "autocomplete": "off", "autocapitalize": "none"}


class OwnPasswordForm(PlainForm):
    """The person's password once more, before something that a passer-by at an open screen must not do."""

    password = forms.CharField(
        label=gettext_lazy("Mật khẩu hiện tại"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Count wrong guesses as at sign-in."""
        typed = nfc(self.cleaned_data["password"])
        if authenticate(self.request, username=self.request.user.get_username(), password=typed) is None:
            raise forms.ValidationError(
                _("Mật khẩu hiện tại chưa đúng, hoặc đã thử sai nhiều lần; hãy chờ rồi thử lại.")
            )
        return typed


class NewPasswordForm(SetPasswordForm):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["new_password1"].label = _("Mật khẩu mới")
        self.fields["new_password1"].help_text = ""  # the page says the rules in its own words
        self.fields["new_password2"].label = _("Gõ lại mật khẩu mới")

    def clean_new_password1(self) -> str:
        """Keep the password in NFC."""
        return nfc(self.cleaned_data["new_password1"])

    def clean_new_password2(self) -> str:
        """Keep the password in NFC."""
        return nfc(self.cleaned_data["new_password2"])


class ChangePasswordForm(OwnPasswordForm, NewPasswordForm):
    """The password of now, and the new one twice."""

    field_order = ("password", "new_password1", "new_password2")


class UnitChoice(forms.ModelChoiceField):
    """A unit by its name on paper."""

    def label_from_instance(self, unit: Unit) -> str:
        return unit.full_name


class GrantForm(PlainForm):
    """A role at a unit or right below it, until a day."""

    unit = UnitChoice(label=gettext_lazy("Đơn vị"), queryset=None, empty_label=None)
    role = forms.ChoiceField(label=gettext_lazy("Vai trò"))
    until = forms.DateField(
        label=gettext_lazy("Làm việc đến hết ngày"),
        required=False,
        help_text=gettext_lazy("Để trống nếu không hẹn ngày; người điều tra phải có ngày cuối."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, manager: User, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        children = Unit.objects.current().filter(parent=unit)
        self.fields["unit"].queryset = (Unit.objects.filter(pk=unit.pk) | children).order_by(
            "kind", in_natural_order("code")
        )
        self.fields["unit"].initial = unit
        roles = {
            role for kind_of in (unit, children.first()) if kind_of for role in people.roles_to_give(manager, kind_of)
        }
        choices = [(role.value, role.label) for role in sorted(roles, key=people.rank)]
        self.fields["role"].choices = [("", _("Chọn vai trò")), *choices]

    def offer(self, grant: Grant) -> None:
        """Start from a grant that ended, to give it again; its last day is chosen anew."""
        self.initial |= {"unit": grant.unit_id, "role": grant.role}

    def service_arguments(self) -> dict[str, Any]:
        """What the services of `people` and `links` take."""
        cleaned = self.cleaned_data
        return {"role": Role(cleaned["role"]), "unit": cleaned["unit"], "until": cleaned["until"]}


class InviteForm(GrantForm):
    """Whom to invite."""

    full_name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=100)
    username = forms.CharField(
        label=gettext_lazy("Tên đăng nhập"),
        max_length=150,
        help_text=gettext_lazy("Số điện thoại, email, hoặc tên không dấu như lan.le."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("full_name", "username", "unit", "role", "until")

    def clean_full_name(self) -> str:
        """One line in NFC."""
        return clean(self.cleaned_data["full_name"])

    def clean_username(self) -> str:
        """A name that can be typed on any keyboard."""
        try:
            return links.normal_username(self.cleaned_data["username"])
        except UserError as error:
            raise forms.ValidationError(error.sentence) from error

    def service_arguments(self) -> dict[str, Any]:
        """What `links.invite` takes."""
        names = {name: self.cleaned_data[name] for name in ("full_name", "username")}
        return super().service_arguments() | names
