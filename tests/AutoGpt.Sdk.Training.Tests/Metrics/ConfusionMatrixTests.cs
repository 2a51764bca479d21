namespace AutoGpt.Sdk.Training.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    private const double Tolerance = 1e-12;

    private static readonly string[] Labels = ["ham", "spam", "news"];

    // The example of scikit-learn's classification_report.
    [Test]
    public void Figures_are_those_of_scikit_learn()
    {
        ConfusionMatrix matrix = new([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], Labels);
        Assert.That(matrix.Class(0), Is.EqualTo(new ClassScores(.5, 1, 2.0 / 3, 1)));
        Assert.That(matrix.Class(1), Is.EqualTo(new ClassScores(0, 0, 0, 1)));
        Assert.That(matrix.Class(2), Is.EqualTo(new ClassScores(1, 2.0 / 3, .8, 3)));
        Assert.That(matrix.Accuracy, Is.EqualTo(.6));
        Assert.That(matrix.Micro, Is.EqualTo(new ClassScores(.6, .6, .6, 5)));
        Assert.That((matrix.Macro.Precision, matrix.Macro.Recall, matrix.Macro.F1), Is.EqualTo((.5, 5.0 / 9, 22.0 / 45)).Within(Tolerance));
    }

    // From its docs of precision_recall_fscore_support: macro precision .22, recall .33, F .26.
    [Test]
    public void Names_serve_as_classes()
    {
        ConfusionMatrix matrix = ConfusionMatrix.Of(["cat", "dog", "pig", "cat", "dog", "pig"], ["cat", "pig", "dog", "cat", "cat", "dog"]);
        Assert.That(matrix.Labels, Is.EqualTo(["cat", "dog", "pig"]));
        Assert.That((matrix.Macro.Precision, matrix.Macro.Recall, matrix.Macro.F1), Is.EqualTo((2.0 / 9, 1.0 / 3, 4.0 / 15)).Within(Tolerance));
        Assert.That(matrix.Micro.F1, Is.EqualTo(1.0 / 3).Within(Tolerance));
        Assert.That((matrix[0, 0], matrix[1, 2], matrix[1, 0], matrix[2, 1], matrix[0, 1]), Is.EqualTo((2L, 1L, 1L, 2L, 0L)));
        Assert.That(matrix.ToString(), Is.EqualTo("     cat  dog  pig\ncat    2    0    0\ndog    1    0    1\npig    0    2    0\n"));
    }

    [Test]
    public void A_class_that_occurs_nowhere_is_no_part_of_the_macro_mean() => Assert.That(new ConfusionMatrix([0, 1], [0, 1], Labels).Macro.F1, Is.EqualTo(1));

    [Test]
    public void What_cannot_be_counted_is_told()
    {
        Assert.That(() => new ConfusionMatrix([], [], Labels), Throws.ArgumentException);
        Assert.That(() => new ConfusionMatrix([0], [0, 1], Labels), Throws.ArgumentException.With.Message.Contains("2 predictions and 1 references"));
        Assert.That(() => new ConfusionMatrix([0], [3], Labels), Throws.ArgumentException.With.Message.Contains("a class 3, and there are 3 labels"));
    }
}
