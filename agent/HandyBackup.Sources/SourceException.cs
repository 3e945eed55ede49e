namespace HandyBackup.Sources;

/// <summary>The one exception type of the plug-in contract. Its text never holds a secret.</summary>
public sealed class SourceException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="message">The reason in one sentence, usually the system's own, without the item's name.</param>
    /// <param name="innerException">The cause.</param>
    public SourceException(SourceError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>What went wrong.</summary>
    public SourceError Error { get; }

    /// <summary>The raw path of the item at fault, where it is not the one that the call was about.</summary>
    public ReadOnlyMemory<byte>? ItemPath { get; init; }

    /// <summary>The option at fault, for <see cref="SourceError.OptionInvalid"/>.</summary>
    public string? Option { get; init; }

    /// <summary>What the user can do about it.</summary>
    public string? Advice { get; init; }
}
