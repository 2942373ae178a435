"""Forms of this room."""

from django import forms

from tuanti.web.forms import Form

_LARGEST = 400_000


class ModelForm(Form):
    """Another cost model: its text, or a file of it, and the day it comes into force."""

    words = "profiles.model_form"

    from_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(required=False)
    text = forms.CharField(
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false"}),
        required=False,
        max_length=_LARGEST,
        strip=False,
    )

    @property
    def model_text(self) -> str:
        """The text handed in, of the file if there is one; what is no text stands as marks."""
        upload = self.cleaned_data["file"]
        if upload:
            return str(upload.read(_LARGEST).decode("utf-8-sig", errors="replace"))
        return str(self.cleaned_data["text"])
