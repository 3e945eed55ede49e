using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Files whose blobs are asked for at once, so that the repository can deliver them in the order in which they lie in packs.</summary>
internal sealed class RestoreWindow
{
    private const int MostParts = 2048;
    private const int MostPlaces = 16_384;
    private const long MostBytes = 64L * 1024 * 1024;

    private readonly List<FilePart> _parts = [];
    private readonly Dictionary<BlobId, WindowBlob> _blobs = [];
    private long _bytes;
    private int _places;

    public IReadOnlyList<FilePart> Parts => _parts;

    public IReadOnlyDictionary<BlobId, WindowBlob> Blobs => _blobs;

    /// <summary>True if no part fits any more.</summary>
    public bool IsFull => _parts.Count >= MostParts || _places >= MostPlaces || _bytes >= MostBytes;

    /// <summary>Takes as much of a file as fits, and at least one blob.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">The index of the first blob that is not in an earlier window.</param>
    /// <returns>The index of the first blob that must go into the next window.</returns>
    public int Add(FileRestore file, int start)
    {
        // How long a blob is comes to be known for all of the window at once; a file's blobs are about equally long.
        long bytesPerBlob = (file.Size / file.Content.Count) + 1;
        int end = start;
        do
        {
            BlobId id = file.Content[end];
            if (!_blobs.TryGetValue(id, out WindowBlob? blob))
            {
                blob = new WindowBlob();
                _blobs.Add(id, blob);
                _bytes += bytesPerBlob;
            }

            _places++;
            end++;
        }
        while (end < file.Content.Count && !IsFull);

        _parts.Add(new FilePart(file, start, end));
        return end;
    }
}
