namespace HandyBackup.Sources.Files;

/// <summary>Makes sources that show the files of this machine.</summary>
public sealed class FilesSourceFactory : ISourceFactory
{
    /// <inheritdoc/>
    public string Kind => "Files";

    /// <inheritdoc/>
    public string Description => "Files and folders of the machine, with all their metadata.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(FilesOptions);

    /// <inheritdoc/>
    public bool CanRestore => true;

    /// <inheritdoc/>
    public bool NeedsServerAgent => false;

    /// <inheritdoc/>
    public ISource Create(object options) => options is FilesOptions files
        ? new FilesSource(files)
        : throw new ArgumentException($"The options are no {nameof(FilesOptions)}.", nameof(options));
}
