using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One piece of work for a writer: a blob that goes into files, an empty file, or an item that has no content.</summary>
internal readonly struct RestoreWork
{
    private RestoreWork(BlobPayload? blob, List<FilePlace>? places, FileRestore? emptyFile, RestoreStep? step)
    {
        Blob = blob;
        Places = places;
        EmptyFile = emptyFile;
        Step = step;
    }

    /// <summary>A blob, to be disposed by the writer.</summary>
    public BlobPayload? Blob { get; }

    /// <summary>Where the blob goes.</summary>
    public List<FilePlace>? Places { get; }

    public FileRestore? EmptyFile { get; }

    public RestoreStep? Step { get; }

    public static RestoreWork ForBlob(BlobPayload blob, List<FilePlace> places) => new(blob, places, null, null);

    public static RestoreWork ForEmptyFile(FileRestore file) => new(null, null, file, null);

    public static RestoreWork ForItem(RestoreStep step) => new(null, null, null, step);
}
