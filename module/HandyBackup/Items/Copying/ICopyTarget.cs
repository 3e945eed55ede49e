using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Where items are copied to. A file appears whole under its name, or not at all; a name that leads out of the destination, and a link on the way, are refused.</summary>
internal interface ICopyTarget
{
    /// <summary>Makes a folder, or takes the one that is there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isFinished">True when all its content was written: then its metadata are set.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<WrittenItem> WriteFolderAsync(CopiedItem folder, bool isFinished, CancellationToken cancellationToken);

    /// <summary>Writes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">What has its content.</param>
    /// <param name="cancellationToken">Stops the writing; what existed before stays.</param>
    Task<WrittenItem> WriteFileAsync(CopiedItem file, ICopySource source, CancellationToken cancellationToken);
}
