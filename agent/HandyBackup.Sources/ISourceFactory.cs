namespace HandyBackup.Sources;

/// <summary>
/// A kind of source. Factories are registered by name in one list of the executable; there is no scanning. Safe to share.
/// </summary>
public interface ISourceFactory
{
    /// <summary>The stable name, such as <c>Files</c>; snapshots carry it, so it never changes.</summary>
    string Kind { get; }

    /// <summary>One sentence on what the source shows.</summary>
    string Description { get; }

    /// <summary>The options class: a parameterless constructor, and settable properties (string, bool, int, long, enumeration, string list)
    /// marked with <see cref="SourceOptionAttribute"/>.</summary>
    Type OptionsType { get; }

    /// <summary>True if sources of this kind implement <see cref="IRestoringSource"/>.</summary>
    bool CanRestore { get; }

    /// <summary>True if only agents of server kind may use sources of this kind.</summary>
    bool NeedsServerAgent { get; }

    /// <summary>Makes a source. Checks the options, but touches nothing outside the process.</summary>
    /// <param name="options">An instance of <see cref="OptionsType"/>.</param>
    /// <exception cref="SourceException"><see cref="SourceError.OptionInvalid"/>.</exception>
    ISource Create(object options);
}
