namespace AutoGpt.Sdk.Training.Tests.Data.Cleaning;

/// <summary>Sentences of everyday life, far from the declaration that the profiles are made of.</summary>
public sealed class LanguageDetectorTests
{
    [TestCase("en", "My neighbour keeps three cats, and every morning they wait for her at the kitchen window.")]
    [TestCase("de", "Meine Nachbarin hat drei Katzen, die jeden Morgen am Küchenfenster auf sie warten.")]
    [TestCase("fr", "Ma voisine a trois chats qui l'attendent chaque matin devant la fenêtre de la cuisine.")]
    [TestCase("es", "Mi vecina tiene tres gatos que la esperan todas las mañanas junto a la ventana de la cocina.")]
    [TestCase("pt", "A minha vizinha tem três gatos que esperam por ela todas as manhãs à janela da cozinha.")]
    [TestCase("it", "La mia vicina ha tre gatti che ogni mattina la aspettano davanti alla finestra della cucina.")]
    [TestCase("nl", "Mijn buurvrouw heeft drie katten die elke ochtend bij het keukenraam op haar wachten.")]
    [TestCase("sv", "Min granne har tre katter som väntar på henne vid köksfönstret varje morgon.")]
    [TestCase("fi", "Naapurillani on kolme kissaa, jotka odottavat häntä joka aamu keittiön ikkunan ääressä.")]
    [TestCase("pl", "Moja sąsiadka ma trzy koty, które każdego ranka czekają na nią przy oknie w kuchni.")]
    [TestCase("cs", "Moje sousedka má tři kočky, které na ni každé ráno čekají u okna v kuchyni.")]
    [TestCase("hu", "A szomszédomnak három macskája van, amelyek minden reggel a konyhaablaknál várják.")]
    [TestCase("ro", "Vecina mea are trei pisici care o așteaptă în fiecare dimineață la fereastra bucătăriei.")]
    [TestCase("tr", "Komşumun üç kedisi var ve her sabah mutfak penceresinin önünde onu bekliyorlar.")]
    [TestCase("vi", "Chị hàng xóm của tôi có ba con mèo, sáng nào chúng cũng đợi chị ở cửa sổ nhà bếp.")]
    [TestCase("id", "Tetangga saya punya tiga kucing yang setiap pagi menunggunya di dekat jendela dapur.")]
    [TestCase("ru", "У моей соседки три кошки, которые каждое утро ждут её у кухонного окна.")]
    [TestCase("uk", "У моєї сусідки три кішки, які щоранку чекають на неї біля кухонного вікна.")]
    [TestCase("bg", "Съседката ми има три котки, които всяка сутрин я чакат пред прозореца на кухнята.")]
    [TestCase("ar", "لدى جارتي ثلاث قطط تنتظرها كل صباح عند نافذة المطبخ.")]
    [TestCase("fa", "همسایه‌ام سه گربه دارد که هر روز صبح کنار پنجره آشپزخانه منتظر او می‌مانند.")]
    [TestCase("hi", "मेरी पड़ोसन की तीन बिल्लियाँ हैं जो हर सुबह रसोई की खिड़की पर उसका इंतज़ार करती हैं।")]
    [TestCase("el", "Η γειτόνισσά μου έχει τρεις γάτες που την περιμένουν κάθε πρωί στο παράθυρο.")]
    [TestCase("he", "לשכנה שלי יש שלושה חתולים שמחכים לה כל בוקר ליד החלון.")]
    [TestCase("th", "เพื่อนบ้านของฉันมีแมวสามตัว")]
    [TestCase("ko", "이웃집 아주머니는 고양이 세 마리를 키운다.")]
    [TestCase("ja", "隣の人は猫を三匹飼っています。毎朝、台所の窓で待っています。")]
    [TestCase("zh", "我的邻居养了三只猫，每天早上它们都在厨房的窗边等她，用 iPhone 拍了很多照片。")]
    public void Everyday_sentences_are_told(string language, string text)
    {
        LanguageGuess guess = LanguageDetector.Default.Detect(text);
        Assert.That(guess.Language, Is.EqualTo(language));
        Assert.That(guess.Confidence, Is.GreaterThan(.5));
    }

    [TestCase("", "und")]
    [TestCase("42 + 7 = 49 !!", "und")]
    public void Where_there_are_no_letters_nothing_is_told(string text, string language) =>
        Assert.That(LanguageDetector.Default.Detect(text), Is.EqualTo(new LanguageGuess(language, 0)));

    [Test]
    public void Short_texts_are_told_with_little_confidence() => Assert.That(LanguageDetector.Default.Detect("ok").Confidence, Is.LessThan(.4));

    // Esperanto is taken for something else until the detector has read some.
    [Test]
    public void A_language_can_be_added()
    {
        const string sample =
            "En la komenco Dio kreis la ĉielon kaj la teron. Kaj la tero estis senforma kaj dezerta, kaj mallumo estis super la abismo; kaj la spirito de Dio ŝvebis super la akvo. "
            + "Kaj Dio diris: Estu lumo; kaj fariĝis lumo. Kaj Dio vidis la lumon, ke ĝi estas bona; kaj Dio apartigis la lumon de la mallumo. Kaj Dio nomis la lumon Tago, kaj la mallumon Li nomis Nokto. "
            + "Mi loĝas en granda domo kun miaj gepatroj kaj du fratoj, kiuj ĉiutage iras al la lernejo per la buso, ĉar la vojo estas longa. La infanoj ludas en la ĝardeno, dum ilia patrino legas libron.";
        const string text = "Mia najbarino havas tri katojn, kiuj ĉiumatene atendas ŝin ĉe la fenestro de la kuirejo.";
        Assert.That(LanguageDetector.Default.Detect(text).Language, Is.Not.EqualTo("eo"));
        LanguageDetector more = LanguageDetector.Default.With("eo", sample);
        Assert.That(more.Detect(text).Language, Is.EqualTo("eo"));
        Assert.That(more.Detect("The cats of my neighbour wait at the window every morning.").Language, Is.EqualTo("en"));
        Assert.That(more.Languages, Does.Contain("eo").And.Contain("zh"));
        Assert.That(() => more.With("xx", "漢字"), Throws.ArgumentException);
    }
}
