"""What is decided about an upload: check it again, take it in, take it back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from oplich.core.refusal import Refusal
from oplich.intake import actions, forms, lines, work
from oplich.intake.views.uploads import find, must, show_with


@login_required
@require_POST
def check(request, pk):
    upload = find(request, pk)
    must(request, "intake.hand_in", upload)
    try:
        work.ask_check(by=request.user, upload=upload)
    except Refusal as refusal:
        return show_with(request, upload, refusal=refusal)
    return redirect("intake:upload", upload.pk)


@login_required
@require_POST
def accept(request, pk):
    upload = find(request, pk)
    must(request, "intake.accept", upload)
    try:
        work.ask_accept(by=request.user, upload=upload, only_good=request.POST.get("only_good") == "1")
    except Refusal as refusal:
        return show_with(request, upload, refusal=refusal)
    return redirect("intake:upload", upload.pk)


@login_required
def withdraw(request, pk):
    upload = find(request, pk)
    must(request, "intake.withdraw", upload)
    form = forms.Withdraw(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(by=request.user, upload=upload, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("intake:upload", upload.pk)
    context = {"upload": upload, "form": form, "in_force": lines.in_force(upload)}
    return render(request, "intake/withdraw.html", context, status=422 if form.errors else 200)
