namespace AutoGpt.Cli.Chat;

/// <summary>Who answers in a conversation, and what it remembers of it.</summary>
internal interface IChatPartner
{
    /// <summary>Turns that are remembered or were worked on, since the beginning or the last <see cref="Forget"/>.</summary>
    int Turns { get; }

    /// <summary>Model tokens spent.</summary>
    long Tokens { get; }

    /// <summary>Whether the next line answers a question.</summary>
    bool Asks { get; }

    /// <summary>Answers a line on standard output.</summary>
    Task AnswerAsync(string said, CancellationToken cancellationToken);

    /// <summary>Leaves the question unanswered, where there is one.</summary>
    void DropQuestion();

    /// <summary>Begins anew.</summary>
    void Forget();
}
