<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SiloButtons</name>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Request Handoff</source>
        <translation>Übergabe anfragen</translation>
    </message>
    <message>
        <source>Notify me when free</source>
        <translation>Benachrichtigen, wenn frei</translation>
    </message>
    <message>
        <source>Release Now</source>
        <translation>Jetzt freigeben</translation>
    </message>
    <message>
        <source>Defer</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Edit Now</source>
        <translation>Jetzt bearbeiten</translation>
    </message>
    <message>
        <source>Not Now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Update First</source>
        <translation>Zuerst aktualisieren</translation>
    </message>
    <message>
        <source>Edit Anyway</source>
        <translation>Trotzdem bearbeiten</translation>
    </message>
</context>
<context>
    <name>SiloLocking</name>
    <message>
        <source>You edit {title} offline: nobody sees it until the server is back.</source>
        <translation>Sie bearbeiten {title} offline: Niemand sieht es, bis der Server wieder da ist.</translation>
    </message>
    <message>
        <source>Blocked: cannot edit {where}</source>
        <translation>Blockiert: {where} kann nicht bearbeitet werden</translation>
    </message>
    <message>
        <source>Warning: {where}</source>
        <translation>Warnung: {where}</translation>
    </message>
    <message>
        <source>{user} is editing {title} on {part}</source>
        <translation>{user} bearbeitet {title} in {part}</translation>
    </message>
    <message>
        <source>You are editing {title} on {part}</source>
        <translation>Sie bearbeiten {title} in {part}</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
    <message>
        <source>Shares downstream: {objects}</source>
        <translation>Gemeinsam betroffen: {objects}</translation>
    </message>
    <message>
        <source>A newer version of {part} is on the server</source>
        <translation>Auf dem Server ist eine neuere Version von {part}</translation>
    </message>
    <message>
        <source>Your work is kept and pushed when you leave; the session is asked for again.</source>
        <translation>Ihre Arbeit bleibt erhalten und wird beim Verlassen gesendet; die Bearbeitung wird erneut angefragt.</translation>
    </message>
    <message>
        <source>Edit session lost: {where}</source>
        <translation>Bearbeitung verloren: {where}</translation>
    </message>
    <message>
        <source>an admin</source>
        <translation>einem Administrator</translation>
    </message>
    <message>
        <source>Your work is kept and pushed when you leave; enter it again to ask for a session.</source>
        <translation>Ihre Arbeit bleibt erhalten und wird beim Verlassen gesendet; öffnen Sie das Objekt erneut, um die Bearbeitung anzufragen.</translation>
    </message>
    <message>
        <source>Released by {admin}: {where}</source>
        <translation>Freigegeben von {admin}: {where}</translation>
    </message>
    <message>
        <source>What you changed in {where} before it was refused is kept in a copy</source>
        <translation>Was Sie in {where} vor der Ablehnung geändert haben, ist in einer Kopie erhalten</translation>
    </message>
    <message>
        <source>What you changed in {where} before it was refused stays in the document</source>
        <translation>Was Sie in {where} vor der Ablehnung geändert haben, bleibt im Dokument</translation>
    </message>
    <message>
        <source>{where} is free after all</source>
        <translation>{where} ist doch frei</translation>
    </message>
    <message>
        <source>{part} cannot be updated from here: no installed plugin does that.</source>
        <translation>{part} kann von hier aus nicht aktualisiert werden: Kein installiertes Plugin tut das.</translation>
    </message>
    <message>
        <source>{requester} requests {where}</source>
        <translation>{requester} möchte {where} übernehmen</translation>
    </message>
    <message>
        <source>{holder} handed it to {user}: {title} on {part}</source>
        <translation>{holder} hat es an {user} übergeben: {title} in {part}</translation>
    </message>
    <message>
        <source>{holder} has left it, and somebody else has it: {title} on {part}</source>
        <translation>{holder} hat es verlassen, und jemand anders hat es: {title} in {part}</translation>
    </message>
    <message>
        <source>{holder} released it to you: {title} on {part}</source>
        <translation>{holder} hat es für Sie freigegeben: {title} in {part}</translation>
    </message>
    <message>
        <source>{holder} will release it later: {title} on {part}</source>
        <translation>{holder} gibt es später frei: {title} in {part}</translation>
    </message>
    <message>
        <source>{holder} keeps it for now: {title} on {part}</source>
        <translation>{holder} behält es vorerst: {title} in {part}</translation>
    </message>
    <message>
        <source>{holder} answered: {answer}: {title} on {part}</source>
        <translation>{holder} hat geantwortet: {answer}: {title} in {part}</translation>
    </message>
    <message>
        <source>Cannot edit {title}</source>
        <translation>{title} kann nicht bearbeitet werden</translation>
    </message>
    <message>
        <source>Message to {user} (optional)</source>
        <translation>Nachricht an {user} (freiwillig)</translation>
    </message>
    <message>
        <source>There is a newer version of {part}</source>
        <translation>Es gibt eine neuere Version von {part}</translation>
    </message>
    <message>
        <source>{requester} would like to edit {where}.</source>
        <translation>{requester} möchte {where} bearbeiten.</translation>
    </message>
    <message>
        <source>Release Now saves, pushes a checkpoint and leaves it to them.</source>
        <translation>„Jetzt freigeben“ speichert, sendet einen Zwischenstand und überlässt es der anfragenden Person.</translation>
    </message>
    <message>
        <source>{holder} handed {title} over to you</source>
        <translation>{holder} hat Ihnen {title} übergeben</translation>
    </message>
    <message>
        <source>It is kept for you for a short while.</source>
        <translation>Es wird kurze Zeit für Sie reserviert.</translation>
    </message>
    <message>
        <source>{title} is free</source>
        <translation>{title} ist frei</translation>
    </message>
    <message>
        <source>Nobody edits {where} now.</source>
        <translation>Niemand bearbeitet {where} jetzt.</translation>
    </message>
    <message>
        <source>Could not ask {holder} to hand over {title}: {why}</source>
        <translation>{holder} konnte nicht um die Übergabe von {title} gebeten werden: {why}</translation>
    </message>
    <message>
        <source>Asked {holder} to hand over {where}</source>
        <translation>{holder} wurde um die Übergabe von {where} gebeten</translation>
    </message>
    <message>
        <source>You are told when {where} is free</source>
        <translation>Sie werden benachrichtigt, wenn {where} frei ist</translation>
    </message>
    <message>
        <source>You are told when {where} is free, after 1 other</source>
        <translation>Sie werden benachrichtigt, wenn {where} frei ist, nach 1 anderen Person</translation>
    </message>
    <message>
        <source>You are told when {where} is free, after {count} others</source>
        <translation>Sie werden benachrichtigt, wenn {where} frei ist, nach {count} anderen Personen</translation>
    </message>
    <message>
        <source>{where} is free</source>
        <translation>{where} ist frei</translation>
    </message>
    <message>
        <source>Put off: they can ask again</source>
        <translation>Aufgeschoben: Es kann erneut angefragt werden</translation>
    </message>
    <message>
        <source>Dismissed</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Edited as it is</source>
        <translation>Wird bearbeitet, wie es ist</translation>
    </message>
    <message>
        <source>You are told when it is free</source>
        <translation>Sie werden benachrichtigt, wenn es frei ist</translation>
    </message>
    <message>
        <source>There is no connection to the server</source>
        <translation>Es besteht keine Verbindung zum Server</translation>
    </message>
    <message>
        <source>Asked {holder} for it</source>
        <translation>{holder} wurde darum gebeten</translation>
    </message>
    <message>
        <source>Released to {requester}</source>
        <translation>Für {requester} freigegeben</translation>
    </message>
    <message>
        <source>{part} is not open; open it first</source>
        <translation>{part} ist nicht geöffnet; öffnen Sie es zuerst</translation>
    </message>
    <message>
        <source>You do not edit {title} any more</source>
        <translation>Sie bearbeiten {title} nicht mehr</translation>
    </message>
    <message>
        <source>You edit {title} yourself now</source>
        <translation>Sie bearbeiten {title} jetzt selbst</translation>
    </message>
    <message>
        <source>{holder} does not edit {title} any more</source>
        <translation>{holder} bearbeitet {title} nicht mehr</translation>
    </message>
    <message>
        <source>{user} edits {title} now</source>
        <translation>{user} bearbeitet jetzt {title}</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>seit {time}</translation>
    </message>
    <message>
        <source>since {time}, {minutes} min</source>
        <translation>seit {time}, {minutes} min</translation>
    </message>
    <message>
        <source>since {time}, {hours} h {minutes} min</source>
        <translation>seit {time}, {hours} h {minutes} min</translation>
    </message>
    <message>
        <source>Somebody else has {what} now</source>
        <translation>Jemand anders hat jetzt {what}</translation>
    </message>
    <message>
        <source>{what} may not be edited now</source>
        <translation>{what} darf jetzt nicht bearbeitet werden</translation>
    </message>
    <message>
        <source>Your work is kept: it is pushed when you leave.</source>
        <translation>Ihre Arbeit bleibt erhalten: Sie wird beim Verlassen gesendet.</translation>
    </message>
    <message>
        <source>{title} on {part}</source>
        <translation>{title} in {part}</translation>
    </message>
    <message>
        <source>{user} is currently editing {title} on {workstation}</source>
        <translation>{user} bearbeitet gerade {title} an {workstation}</translation>
    </message>
    <message>
        <source>{user} is editing {title} on {workstation}</source>
        <translation>{user} bearbeitet {title} an {workstation}</translation>
    </message>
    <message>
        <source>You are editing {title} on {workstation} already</source>
        <translation>Sie bearbeiten {title} bereits an {workstation}</translation>
    </message>
    <message>
        <source>Your work is kept: it is pushed when you leave, joined with theirs where that is possible, and kept beside it on the server where it is not.</source>
        <translation>Ihre Arbeit bleibt erhalten: Sie wird beim Verlassen gesendet, wo möglich mit der anderen zusammengeführt und sonst auf dem Server daneben aufgehoben.</translation>
    </message>
    <message>
        <source>Edited anyway, your changes are joined with theirs when you leave; what cannot be joined is kept beside theirs.</source>
        <translation>Wenn Sie trotzdem bearbeiten, werden Ihre Änderungen beim Verlassen mit den anderen zusammengeführt; was nicht zusammengeht, wird daneben aufgehoben.</translation>
    </message>
    <message>
        <source>{user} changed {part} since your copy was fetched.</source>
        <translation>{user} hat {part} geändert, seit Ihre Kopie geholt wurde.</translation>
    </message>
    <message>
        <source>You edit {title} without a lease: {message}</source>
        <translation>Sie bearbeiten {title} ohne Reservierung: {message}</translation>
    </message>
    <message>
        <source>You edit {title} without a lease: asking for one failed ({error}).</source>
        <translation>Sie bearbeiten {title} ohne Reservierung: Die Anfrage ist fehlgeschlagen ({error}).</translation>
    </message>
</context>
</TS>
