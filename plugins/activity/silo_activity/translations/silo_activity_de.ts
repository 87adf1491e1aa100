<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SiloActivity</name>
    <message>
        <source>Connected to the server</source>
        <translation>Mit dem Server verbunden</translation>
    </message>
    <message>
        <source>Offline: you can go on working, and it is sent when the server is back</source>
        <translation>Offline: Sie können weiterarbeiten; gesendet wird, sobald der Server wieder da ist</translation>
    </message>
    <message>
        <source>The server refused this workstation</source>
        <translation>Der Server hat diesen Arbeitsplatz abgewiesen</translation>
    </message>
    <message>
        <source>It is called again</source>
        <translation>Es wird wieder aufgerufen</translation>
    </message>
    <message>
        <source>It is used again from the next start on</source>
        <translation>Es wird ab dem nächsten Start wieder verwendet</translation>
    </message>
    <message>
        <source>It is not switched off any more.</source>
        <translation>Es ist nicht mehr ausgeschaltet.</translation>
    </message>
    <message>
        <source>For: {entry}</source>
        <translation>Zu: {entry}</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the activity</source>
        <translation>Aktivität durchsuchen</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>Jede Art</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Anyone</source>
        <translation>Jeder</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>All parts</source>
        <translation>Alle Teile</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>Ungelesen</translation>
    </message>
    <message>
        <source>Show only what was not read yet</source>
        <translation>Nur zeigen, was noch nicht gelesen wurde</translation>
    </message>
    <message>
        <source>Mark all as read</source>
        <translation>Alles als gelesen markieren</translation>
    </message>
    <message>
        <source>Unread ({count})</source>
        <translation>Ungelesen ({count})</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>Chosen: {what}</source>
        <translation>Gewählt: {what}</translation>
    </message>
    <message>
        <source>{button} is not possible: {why}</source>
        <translation>{button} ist nicht möglich: {why}</translation>
    </message>
    <message>
        <source>{button}, button</source>
        <translation>{button}, Schaltfläche</translation>
    </message>
    <message>
        <source>Silo Activity</source>
        <translation>Silo-Aktivität</translation>
    </message>
    <message>
        <source>Nothing of this kind has happened.</source>
        <translation>Nichts dergleichen ist geschehen.</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>Noch ist nichts geschehen.</translation>
    </message>
    <message>
        <source>Its plugin is not in use</source>
        <translation>Das Plugin dazu ist nicht in Gebrauch</translation>
    </message>
    <message>
        <source>Show in Tree</source>
        <translation>Im Baum zeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Mark as Read</source>
        <translation>Als gelesen markieren</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Sending {part}: {progress}</source>
        <translation>{part} wird gesendet: {progress}</translation>
    </message>
    <message>
        <source>Hold {part} back</source>
        <translation>{part} zurückhalten</translation>
    </message>
    <message>
        <source>Fetching {part}: {progress}</source>
        <translation>{part} wird geholt: {progress}</translation>
    </message>
    <message>
        <source>Stop fetching {part}</source>
        <translation>{part} nicht weiter holen</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>{count} things ask for you</source>
        <translation>{count} Dinge warten auf Sie</translation>
    </message>
</context>
<context>
    <name>SiloInfo</name>
    <message>
        <source>Silo: Who Edits What</source>
        <translation>Silo: Wer bearbeitet was</translation>
    </message>
    <message>
        <source>You:</source>
        <translation>Sie:</translation>
    </message>
    <message>
        <source>not signed in</source>
        <translation>nicht angemeldet</translation>
    </message>
    <message>
        <source>Server:</source>
        <translation>Server:</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>{path}, made from revision {revision}</source>
        <translation>{path}, ausgehend von Revision {revision}</translation>
    </message>
    <message>
        <source>Who edits what</source>
        <translation>Wer bearbeitet was</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Nobody edits anything.</source>
        <translation>Niemand bearbeitet etwas.</translation>
    </message>
    <message>
        <source>Not known yet.</source>
        <translation>Noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Asking the server…</source>
        <translation>Der Server wird gefragt…</translation>
    </message>
    <message>
        <source>{part} (open here)</source>
        <translation>{part} (hier geöffnet)</translation>
    </message>
    <message>
        <source>has it open</source>
        <translation>hat es geöffnet</translation>
    </message>
    <message>
        <source>Nobody edits it.</source>
        <translation>Niemand bearbeitet es.</translation>
    </message>
    <message>
        <source>{user} (you)</source>
        <translation>{user} (Sie)</translation>
    </message>
    <message>
        <source>Connected. The server was last heard of {age}.</source>
        <translation>Verbunden. Die letzte Nachricht vom Server kam {age}.</translation>
    </message>
    <message>
        <source>Connected.</source>
        <translation>Verbunden.</translation>
    </message>
    <message>
        <source>No server is set: sign in to see who edits what.</source>
        <translation>Kein Server eingestellt: Melden Sie sich an, um zu sehen, wer was bearbeitet.</translation>
    </message>
    <message>
        <source>Connecting to the server…</source>
        <translation>Verbindung zum Server wird aufgebaut…</translation>
    </message>
    <message>
        <source>Who edits what is unknown while offline.</source>
        <translation>Offline ist nicht bekannt, wer was bearbeitet.</translation>
    </message>
    <message>
        <source>Unknown while offline. This is how it was when the server was last heard of, {age}.</source>
        <translation>Offline nicht bekannt. So war es bei der letzten Nachricht vom Server, {age}.</translation>
    </message>
</context>
<context>
    <name>SiloWindows</name>
    <message>
        <source>Silo Activity</source>
        <translation>Silo-Aktivität</translation>
    </message>
    <message>
        <source>What happened, and what waits for you</source>
        <translation>Was geschehen ist und was auf Sie wartet</translation>
    </message>
    <message>
        <source>Who Edits What…</source>
        <translation>Wer bearbeitet was…</translation>
    </message>
    <message>
        <source>Who edits what, in the open documents and everywhere, and how fresh that is</source>
        <translation>Wer was bearbeitet, in den geöffneten Dokumenten und überall, und wie aktuell das ist</translation>
    </message>
    <message>
        <source>Silo Team</source>
        <translation>Silo-Team</translation>
    </message>
    <message>
        <source>Who edits what, as it changes</source>
        <translation>Wer was bearbeitet, laufend aktuell</translation>
    </message>
</context>
</TS>
