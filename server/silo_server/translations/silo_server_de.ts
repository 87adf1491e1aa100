<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SiloDemo</name>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Model tree</source>
        <translation>Modellbaum</translation>
    </message>
    <message>
        <source>&amp;Change It</source>
        <translation>&amp;Ändern</translation>
    </message>
    <message>
        <source>&amp;Leave</source>
        <translation>&amp;Verlassen</translation>
    </message>
    <message>
        <source>&amp;Silo</source>
        <translation>&amp;Silo</translation>
    </message>
    <message>
        <source>{feature} is 1 mm longer now. Leave to share it.</source>
        <translation>{feature} ist jetzt 1 mm länger. Verlassen Sie es, um es zu teilen.</translation>
    </message>
    <message>
        <source>a Sketch</source>
        <translation>Skizze</translation>
    </message>
    <message>
        <source>&amp;Edit {name}</source>
        <translation>{name} &amp;bearbeiten</translation>
    </message>
    <message>
        <source>You look at the part. Choose a sketch and edit it.</source>
        <translation>Sie sehen das Teil an. Wählen Sie eine Skizze und bearbeiten Sie sie.</translation>
    </message>
    <message>
        <source>You edit {what}. Change it, and leave to share it.</source>
        <translation>Sie bearbeiten {what}. Ändern Sie es und verlassen Sie es, um es zu teilen.</translation>
    </message>
</context>
</TS>
