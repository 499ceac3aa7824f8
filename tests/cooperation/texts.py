"""Danish needs of several houses, each marked by hand with what it is about.

Those of the first part were at hand when the rule was made; the second part was written afterwards,
to see whether it holds for others.
"""

MADE_WITH = {
    "Sprog": {
        "rutiner": (
            "Flere børn har få ord i garderoben og ved måltidet",
            "Vi taler for lidt med børnene i garderoben og ved puslebordet",
            "Sproget forsvinder i rutinerne: garderobe og måltider",
            "Samtaler i garderoben bliver til beskeder",
        ),
        "tosprog": (
            "Vi ved for lidt om at støtte børn, der lærer to sprog på én gang",
            "Tosprogede børn får ikke nok støtte til deres dansk",
            "Behov for viden om flersprogede børn og deres modersmål",
            "Hvordan støtter vi tosprogede børns modersmål?",
        ),
        "laesning": (
            "Dialogisk læsning sker kun på to stuer",
            "Vi vil bruge dialogisk læsning systematisk",
            "Højtlæsning og dialogisk læsning er gået i stå",
        ),
        "vurdering": (
            "Vi bruger ikke resultaterne af sprogvurderingen bagefter",
            "Opfølgning på sprogvurderinger mangler en fast form",
            "Sprogvurderingen ender i skuffen",
        ),
        "rim": (
            "Vi mangler fælles sange og rim til de yngste",
            "Sange og rim bruges for lidt i vuggestuen",
        ),
        "tegn": ("Babytegn og tegn til tale til børn uden ord",),
        "talepæd": ("Ventetid på talepædagog",),
    },
    "Trivsel og fællesskab": {
        "garderobe": (
            "Uro og konflikter i garderoben, når alle skal ud på én gang",
            "Konflikter i garderoben ved overgange",
            "Garderoben er fyldt med konflikter om morgenen",
        ),
        "samling": (
            "Børn i udsatte positioner kan ikke holde ud at være med i samlingen",
            "Samlingen skaber uro og udelukker børn i udsatte positioner",
            "Vi får ikke alle børn med til samling",
        ),
        "maaltid": (
            "Måltiderne er praktik og ikke samvær",
            "Måltidet mangler samtale og samvær",
        ),
        "mobning": (
            "Vi mangler greb til at åbne lukkede børnefællesskaber",
            "Børnefællesskaber lukker sig om de ældste",
            "Børnefællesskabet er lukket for nye børn",
        ),
        "foraeldre": (
            "Svære samtaler med forældre om barnets trivsel",
            "Forældresamtaler om mistrivsel er svære at tage",
            "Vi udskyder svære samtaler med forældrene",
        ),
        "skoleovergang": (
            "Overgangen til skole sker uden fælles overlevering",
            "Samarbejde med skolen om overgangen fra børnehave",
        ),
        "drenge": ("Drengene forsvinder ud af de skabende aktiviteter",),
    },
    "Tidlig indsats": {
        "foerstehj": ("Vi vil have et ekstra kursus i førstehjælp",),
        "udsat": (
            "Vi opdager børn i udsatte positioner for sent",
            "Tidlig opsporing af børn i udsatte positioner",
            "Tegn på mistrivsel opdages for sent",
        ),
        "selvreg": (
            "Børn med svag selvregulering får skæld ud i stedet for hjælp",
            "Selvregulering: hvordan hjælper vi børn, der reagerer voldsomt?",
            "Voldsomme reaktioner og manglende selvregulering hos de ældste",
        ),
        "nye": (
            "Tre nye pædagoger i vuggestuen mangler nogen at gå ved siden af",
            "Nyuddannede pædagoger har brug for en mentor",
            "Mentor til nyansatte pædagoger i vuggestuen",
        ),
        "motorik": (
            "Motorikken halter hos de yngste børn",
            "Vi mangler viden om sansemotorik i vuggestuen",
            "Sansemotoriske vanskeligheder hos vuggestuebørn",
        ),
        "sorg": ("Sorg og skilsmisse i familierne",),
        "autisme": (
            "Børn med autisme trives ikke i store grupper",
            "Viden om autisme og struktur på stuen",
        ),
    },
}

AFTERWARDS = {
    "Leg og læringsmiljøer": {
        "udeliv": (
            "Legepladsen bruges ikke pædagogisk",
            "De voksne står stille på legepladsen",
            "Legepladsen mangler voksne, der leger med",
        ),
        "digital": (
            "Tablets bruges kun til film",
            "Digitale medier indgår ikke i legen",
            "Vi ved for lidt om digital dannelse og tablets",
        ),
        "musik": (
            "Musikken er gledet ud af hverdagen",
            "Kun få tør spille musik og synge for en hel stue",
        ),
        "afbrudt": (
            "Legen afbrydes af rengøring og praktiske opgaver",
            "Praktiske opgaver afbryder børnenes leg",
        ),
        "rum": (
            "Rummene indbyder ikke til fordybelse",
            "Indretning af rummene giver uro og for lidt fordybelse",
        ),
        "rolle": ("Vi er usikre på de voksnes rolle i legen",),
        "natur": (
            "Skovturene er få og uden indhold",
            "Science og natur på skovturen",
        ),
    },
    "Samarbejde med forældre": {
        "aflevering": (
            "Afleveringen om morgenen er hektisk for børn og forældre",
            "Forældre står længe ved afleveringen om morgenen",
        ),
        "skilsmisse": (
            "Samarbejde med forældre efter en skilsmisse",
            "Konflikter mellem skilte forældre fylder ved skilsmisse",
        ),
        "tolk": (
            "Forældre uden dansk får ikke beskederne",
            "Brug af tolk til samtaler",
            "Samtaler med tolk går i stå",
        ),
        "aula": (
            "Beskeder i Aula bliver ikke læst",
            "For mange beskeder i Aula",
        ),
        "forventning": (
            "Forventninger til forældre er uklare",
            "Uklare forventninger mellem forældre og personale",
        ),
        "spisning": ("Madpakker og sukker",),
    },
}
