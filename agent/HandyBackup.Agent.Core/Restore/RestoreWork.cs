using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One piece of work for a writer: a blob or zeros that go into files, an empty file, or an item that has no content.</summary>
internal readonly struct RestoreWork
{
    private RestoreWork(BlobPayload? blob, int zeros, List<FilePlace>? places, FileRestore? emptyFile, RestoreStep? step)
    {
        Blob = blob;
        Zeros = zeros;
        Places = places;
        EmptyFile = emptyFile;
        Step = step;
    }

    /// <summary>A blob, to be disposed by the writer.</summary>
    public BlobPayload? Blob { get; }

    /// <summary>How many zeros go to each place, where there is no blob.</summary>
    public int Zeros { get; }

    /// <summary>Where the blob, or the zeros, go.</summary>
    public List<FilePlace>? Places { get; }

    public FileRestore? EmptyFile { get; }

    public RestoreStep? Step { get; }

    public static RestoreWork ForBlob(BlobPayload blob, List<FilePlace> places) => new(blob, 0, places, null, null);

    public static RestoreWork ForZeros(int count, List<FilePlace> places) => new(null, count, places, null, null);

    public static RestoreWork ForEmptyFile(FileRestore file) => new(null, 0, null, file, null);

    public static RestoreWork ForItem(RestoreStep step) => new(null, 0, null, null, step);
}
