"""Small inputs written for the tests, in the layouts that towns and offices use. All figures are invented."""

from __future__ import annotations

RESULT_PLAN = """Wert;Ergebnis 2023;Plan 2024;Plan 2025
01 - Steuern und ähnliche Abgaben;61.200.000;62.668.800;64.172.851
02 - Zuwendungen und allg. Umlagen;39.800.000;40.596.000;41.407.920
03 - sonstige Transfererträge;1.450.000;1.464.500;1.479.145
04 - öffentl.rechtl. Leistungsentgelte;19.300.000;19.589.500;19.883.343
05 - privatrechtl. Leistungsentgelte;2.150.000;2.171.500;2.193.215
06 - Kostenerstattungen und Umlagen;8.700.000;8.874.000;9.051.480
07 - sonstige ordentliche Erträge;5.400.000;5.427.000;5.454.135
08 - aktivierte Eigenleistungen;210.000;210.000;210.000
09 - Bestandsveränderungen;0;0;0
10 = ordentliche Erträge;138.210.000;141.001.300;143.852.089
11 - Personalaufwendungen;33.600.000;34.675.200;35.784.806
12 - Versorgungsaufwendungen;3.900.000;3.978.000;4.057.560
13 - Aufwendungen für Sach- und Dienstleistungen;23.100.000;23.700.600;24.316.816
14 - Bilanzielle Abschreibungen;9.800.000;9.898.000;9.996.980
15 - Transferaufwendungen;59.400.000;61.419.600;63.507.866
16 - sonstige ordentl. Aufwendungen;7.600.000;7.714.000;7.829.710
17 = ordentliche Aufwendungen;137.400.000;141.385.400;145.493.738
18 = Ergebnis der lfd. Verwaltungstätigkeit (10 und 17);810.000;-384.100;-1.641.649
19 - Finanzerträge;950.000;950.000;950.000
20 - Zinsen und sonst. Finanzaufwendungen;2.050.000;2.111.500;2.174.845
21 = Finanzergebnis (19 und 20);-1.100.000;-1.161.500;-1.224.845
22 = ordentliches Jahresergebnis (18 und 21);-290.000;-1.545.600;-2.866.494
23 - außerordentliche Erträge;0;0;0
24 - außerordentliche Aufwendungen;0;0;0
25 = außerordentliches Ergebnis (23 und 24);0;0;0
26 = Jahresergebnis vor interner Leistungsver. (22 und 25);-290.000;-1.545.600;-2.866.494
"""

FINANCE_PLAN = """Teilplanzeile;Ergebnis 2023;Plan 2024
01 - Steuern und ähnliche Abgaben;60.900.000;62.361.600
02 - Zuwendungen und allg. Umlagen;36.500.000;37.230.000
03 - Sonstige Transfereinzahlungen;1.450.000;1.464.500
09 = Einzahlungen aus lfd. Verwaltungstätigkeit;98.850.000;101.056.100
10 - Personalauszahlungen;31.900.000;32.920.800
14 - Transferauszahlungen;59.200.000;61.212.800
16 = Auszahlungen aus lfd. Vewaltungstätigkeit;91.100.000;94.133.600
17 = Saldo der lfd. Verwaltungstätigkeit;7.750.000;6.922.500
25 - Auszahlungen für Baumaßnahmen;9.100.000;9.282.000
30 = Auszahlungen aus Investitionstätigkeit;9.100.000;9.282.000
"""

BY_AREA = """Produktbereich;PB_BEZ;Teilplanzeile;Ergebnis 2023;Plan 2024
01;Innere Verwaltung;01 - Steuern und ähnliche Abgaben;0;0
01;Innere Verwaltung;02 - Zuwendungen und allg. Umlagen;1.000.000;1.100.000
01;Innere Verwaltung;04 - öffentl.rechtl. Leistungsentgelte;200.000;210.000
01;Innere Verwaltung;11 - Personalaufwendungen;900.000;950.000
01;Innere Verwaltung;15 - Transferaufwendungen;100.000;100.000
05;Soziale Leistungen;01 - Steuern und ähnliche Abgaben;0;0
05;Soziale Leistungen;02 - Zuwendungen und allg. Umlagen;3.000.000;3.100.000
05;Soziale Leistungen;04 - öffentl.rechtl. Leistungsentgelte;50.000;60.000
05;Soziale Leistungen;11 - Personalaufwendungen;600.000;650.000
05;Soziale Leistungen;15 - Transferaufwendungen;9.000.000;9.500.000
"""

ACCOUNTS = """Profitcenter;Bezeichnung;Kostenart;Kostenart Beschreibung;Ist 2023;Plan 2024;VE 2025;Plan 2025
61001;Allgemeine Finanzwirtschaft;40130000;Gewerbesteuer;-21.400.000,00;-21.870.800,00;0,00;-22.351.957,60
61001;Allgemeine Finanzwirtschaft;41110000;Schlüsselzuweisungen;-24.100.000,00;-24.533.800,00;0,00;-24.975.408,40
50101;Soziales;44800000;Erstattungen;-3.100.000,50;-3.100.000,00;0,00;-3.100.000,00
10101;Verwaltung;48110000;Interne Erstattung;-250.000,00;-250.000,00;0,00;-250.000,00
10101;Verwaltung;50110000;Bezüge Beamte;9.800.000,00;10.113.600,00;0,00;10.437.235,20
10101;Verwaltung;52910000;Dienstleistungen;4.300.000,00;4.411.800,00;0,00;4.526.506,80
50101;Soziales;53310000;Soziale Leistungen;31.000.000,00;32.054.000,00;0,00;33.143.836,00
10101;Verwaltung;57110000;Abschreibungen;2.100.000,00;2.121.000,00;0,00;2.142.210,00
61001;Allgemeine Finanzwirtschaft;55170000;Zinsen;1.250.000,00;1.287.500,00;0,00;1.326.125,00
10101;Verwaltung;58110000;Interne Verrechnung;250.000,00;250.000,00;0,00;250.000,00
10101;Verwaltung;98110000;Merkposten;77.000,00;0,00;0,00;0,00
"""

GENESIS_LINE = """GENESIS-Tabelle: 71231-01-02-5
Realsteuervergleich - Jahressumme -;;;;
regionale Tiefe: Gemeinden, Samt-/Verbandsgemeinden;;;;
Realsteuervergleich;;;;
2023;;;;
;;Gewerbesteuer - Istaufkommen;Gewerbesteuer - Hebesatz;Gemeindeanteil an der Umsatzsteuer
;;Tsd. EUR;Prozent;Tsd. EUR
DG;Deutschland;45738206;399;4698987
05;  Nordrhein-Westfalen;11000000;450;1000000
05999;      Musterstadt, Kreisfreie Stadt;21400;450;2900
05998;      Beispielkreis;.;x;-
__________
"zu ""gesamte Tabelle"":
Alle Zahlen sind erfunden."
"© Statistische Ämter des Bundes und der Länder, Deutschland, 2024.
Dieses Werk ist lizensiert unter der Datenlizenz Deutschland
- Namensnennung - Version 2.0."
Stand: 10.10.2024 / 11:01:03
"""

GENESIS_COLUMNS = """GENESIS-Tabelle: 12411-01-01-5
Bevölkerungsstand: Bevölkerung nach Geschlecht;;;;;
- Stichtag 31.12. -;;;;;
Bevölkerungsstand (Anzahl);;;;;
;;31.12.2023;31.12.2023;31.12.2022;31.12.2022
;;Insgesamt;weiblich;Insgesamt;weiblich
DG;Deutschland;84669326;42900000;84358845;42800000
05999000;      Musterstadt;48455;24700;48310;24650
05999004;        Kleindorf;...;/;-;.
__________
© Erfundene Zahlen, Version 2.0.
Stand: 01.02.2024
"""

GENESIS_FIRST = """GENESIS-Tabelle: 12411-01-01-4
Bevölkerungsstand;;;;
;;;Insgesamt;weiblich
;;;Anzahl;Anzahl
31.12.2023;DG;Deutschland;84669326;42900000
31.12.2023;05999;      Musterstadt;48455;24700
31.12.2022;DG;Deutschland;84358845;42800000
31.12.2022;05999;      Musterstadt;48310;24650p
__________
Stand: 01.02.2024
"""


def genesis_town(  # the same invented table as offices and spreadsheets write it
    rows: str = "05999000;      Musterstadt;48455;23755;24700",
    times: str = "31.12.2023;31.12.2023;31.12.2023",
    columns: str = "Insgesamt;männlich;weiblich",
    mark: str = "GENESIS-Tabelle",
    day: str = "31.12.",
) -> str:
    """Return a small table of the population by sex."""
    return f"""{mark}: 12411-01-01-5
Bevölkerungsstand: Bevölkerung nach Geschlecht
- Stichtag {day} -
Bevölkerungsstand (Anzahl)
;;{times}
;;{columns}
{rows}
__________
© Erfundene Zahlen, Version 2.0.
Stand: 01.02.2024
"""


GENESIS_AGES = """GENESIS-Tabelle: 12411-02-03-4
Bevölkerungsstand: Bevölkerung nach Geschlecht;;;;;;
und Altersgruppen - Stichtag 31.12. -;;;;;;
Bevölkerungsstand (Anzahl);;;;;;
;;;;Insgesamt;männlich;weiblich
31.12.2023;05999;Musterstadt;unter 18 Jahre;8000;4100;3900
31.12.2023;05999;Musterstadt;18 bis unter 65 Jahre;29455;14655;14800
31.12.2023;05999;Musterstadt;65 Jahre und mehr;11000;5000;6000
31.12.2023;05999;Musterstadt;Insgesamt;48455;23755;24700
__________
"""

GENESIS_FINE_AGES = """GENESIS-Tabelle: 12411-09-01-5
Bevölkerungsstand nach Geschlecht und Alter;;;;
Bevölkerungsstand (Anzahl);;;;
;;männlich;männlich;männlich;männlich;männlich;weiblich;weiblich;weiblich;weiblich;weiblich
;;unter 1 Jahr;1 bis unter 75 Jahre;75 bis unter 80 Jahre;80 bis unter 85 Jahre;85 Jahre und mehr;\
unter 1 Jahr;1 bis unter 75 Jahre;75 bis unter 80 Jahre;80 bis unter 85 Jahre;85 Jahre und mehr
31.12.2023;05562020;30;3000;300;200;100;28;3010;340;260;180
31.12.2024;05562020;31;3001;301;201;101;29;3011;341;261;181
__________
"""

FLAT_GERMAN = """Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;\
1_Auspraegung_Code;1_Auspraegung_Label;2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;BEVSTD__Bevoelkerungsstand__Anzahl
12411;Fortschreibung;STAG;Stichtag;31.12.2023;GEMEIN;Gemeinden;05999000;Musterstadt;GES;Geschlecht;;Insgesamt;48455
12411;Fortschreibung;STAG;Stichtag;31.12.2023;GEMEIN;Gemeinden;05999000;Musterstadt;GES;Geschlecht;GESM;männlich;23755
12411;Fortschreibung;STAG;Stichtag;31.12.2023;GEMEIN;Gemeinden;05999000;Musterstadt;GES;Geschlecht;GESW;weiblich;24700
"""

FLAT_ENGLISH = """statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;\
1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;\
2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q
12411;Fortschreibung;STAG;Stichtag;2023-12-31;GEMEIN;Gemeinden;059990000000;Musterstadt;GES;Geschlecht;;;48455;Anzahl;BEVSTD;Bevölkerungsstand;e
12411;Fortschreibung;STAG;Stichtag;2023-12-31;GEMEIN;Gemeinden;059990000000;Musterstadt;GES;Geschlecht;GESM;männlich;23755;Anzahl;BEVSTD;Bevölkerungsstand;e
12411;Fortschreibung;STAG;Stichtag;2023-06-30;GEMEIN;Gemeinden;059990000000;Musterstadt;GES;Geschlecht;;;48400;Anzahl;BEVSTD;Bevölkerungsstand;e
12411;Fortschreibung;STAG;Stichtag;2022-12-31;GEMEIN;Gemeinden;059990000000;Musterstadt;GES;Geschlecht;;;0;Anzahl;BEVSTD;Bevölkerungsstand;.
"""

UNEMPLOYED = """Tabelle: 13211-01-03-5
Arbeitslose nach ausgewählten Personengruppen
- Jahresdurchschnitt - regionale Tiefe: Gemeinden
Arbeitsmarktstatistik der Bundesagentur für Arbeit
;;;Arbeitslose;Arbeitslose;Arbeitslose
;;;Insgesamt;Ausländer;15 bis unter 25 Jahre
;;;Anzahl;Anzahl;Anzahl
2023;05999000;  Musterstadt;2.310;820;260
2022;05999000;  Musterstadt;2.205;790;241
__________
Stand: 01.02.2024
"""
