using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// A file on its way: what has to be written is gathered in a partial file, and put together with what is there already when all has arrived. Which of the
/// ways of doing that is taken, and why, says docs/adr/0003.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxRestoreFile : IRestoreFile
{
    private readonly DirectoryLease _folder;
    private readonly SourceItem _item;
    private readonly MetadataWriter _metadata;
    private readonly EarlierFile? _earlier;
    private readonly ByteRanges _kept = new();
    private readonly ByteRanges _gathered = new();
    private readonly Lock _lock = new();
    private PartialFile? _part;
    private SparseWriter? _writer;
    private HighestOffset _end;
    private int _isDisposed;

    private LinuxRestoreFile(DirectoryLease folder, SourceItem item, MetadataWriter metadata, EarlierFile? earlier, PartialFile? part)
    {
        _folder = folder;
        _item = item;
        _metadata = metadata;
        _earlier = earlier;
        _part = part;
    }

    public bool HasEarlierContent => _earlier is not null || _part is { IsResumed: true };

    private bool IsResumable => _item.Size >= PartialFile.ResumableFrom;

    /// <summary>Begins a file in a folder, whose lease is owned from now on.</summary>
    /// <exception cref="SourceException">It cannot be made there.</exception>
    public static LinuxRestoreFile Create(DirectoryLease folder, SourceItem item, RestoreFileOptions options, MetadataWriter metadata)
    {
        LinuxRestoreFile? file = null;
        try
        {
            ItemPlace.Check(item, out ItemPlace place);
            bool isResumable = item.Size >= PartialFile.ResumableFrom;
            EarlierFile? earlier = options.Existing is { Kind: SourceItemKind.File } ? EarlierFile.TryOpen(folder.Descriptor, place.Terminated, isAside: false) : null;
            earlier ??= isResumable ? EarlierFile.TryOpen(folder.Descriptor, TemporaryName.ForAside(place.Terminated), isAside: true) : null;
            PartialFile? part = isResumable ? PartialFile.TryResume(folder.Descriptor, place.Terminated) : null;
            file = new LinuxRestoreFile(folder, item, metadata, earlier, part);
            if (!file.HasEarlierContent)
            {
                file._part = PartialFile.Create(folder.Descriptor, place.Terminated, isResumable);
                if (!options.HasEqualParts && item.Size is { } size)
                {
                    file._part.Reserve(size);
                }
            }

            return file;
        }
        catch
        {
            file?.Close();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Begins a file under a temporary name, as on file systems that cannot have files without one.</summary>
    internal static LinuxRestoreFile CreateNamed(DirectoryLease folder, SourceItem item, MetadataWriter metadata) =>
        new(folder, item, metadata, earlier: null, PartialFile.CreateNamed(folder.Descriptor));

    public ValueTask<bool> TryKeepAsync(long offset, int length, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        Check(offset, cancellationToken);
        ByteRanges? ranges = null;
        if (_earlier?.HasContent(offset, length, sha256.Span) == true)
        {
            ranges = _kept;
        }
        else if (_part is { IsResumed: true } part && FileContent.HasHash(part.Descriptor, offset, length, sha256.Span))
        {
            ranges = _gathered;
        }

        ranges?.Add(offset, length);
        _end.Raise(offset + length);
        return new ValueTask<bool>(ranges is not null);
    }

    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Check(offset, cancellationToken);
        GetWriter().Write(content.Span, offset);
        _gathered.Add(offset, content.Length);
        _end.Raise(offset + content.Length);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken)
    {
        Check(0, cancellationToken);
        long size = Math.Max(_item.Size ?? 0, _end.Value);
        ItemPlace.Check(_item, out ItemPlace place);
        IReadOnlyList<string> failures = _earlier is not null && (_gathered.Total < size || size == 0)
            ? CompleteFrom(_earlier, place.Terminated, size, details, cancellationToken)
            : PlacePart(place.Terminated, size, details);
        if (IsResumable)
        {
            // Updated by a restore that was killed, and not needed any more.
            NamedItem.Remove(_folder.Descriptor, TemporaryName.ForAside(place.Terminated));
        }

        return new ValueTask<IReadOnlyList<string>>(failures);
    }

    public void Suspend()
    {
        if (_part is { } part)
        {
            part.IsToBeKept = true;
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Close();
            _folder.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void Check(long offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
    }

    private void Close()
    {
        _earlier?.Dispose();
        _part?.Dispose();
    }

    private SparseWriter GetWriter()
    {
        lock (_lock)
        {
            ItemPlace.Check(_item, out ItemPlace place);
            _part ??= PartialFile.Create(_folder.Descriptor, place.Terminated, IsResumable);
            return _writer ??= new SparseWriter(_part.Descriptor, _part.IsResumed ? Beneath.Content : _part.IsReserved ? Beneath.Reserved : Beneath.Nothing);
        }
    }

    private IReadOnlyList<string> CompleteFrom(EarlierFile earlier, ReadOnlySpan<byte> terminatedName, long size, SourceItemDetails details, CancellationToken cancellationToken)
    {
        var update = new EarlierFileUpdate(_folder.Descriptor, _item, earlier, _metadata);
        if (_gathered.Total == 0 && update.TryTakeOver(terminatedName, size, details, out IReadOnlyList<string>? failures))
        {
            return failures;
        }

        // Zeros at its end were not written; they are read there now.
        _part?.SetLength(size);

        // Whichever is less is written a second time: what was gathered, or what was kept.
        bool isMostKept = _gathered.Total <= _kept.Total;
        if (isMostKept && update.TryPlaceClone(terminatedName, size, details, _part, _gathered, out failures, cancellationToken))
        {
            return failures;
        }

        if (isMostKept && IsResumable && _part is not null && earlier.MayBecome(_item) && earlier.TryOpenForWriting() is var descriptor and >= 0)
        {
            return update.WriteInPlace(descriptor, terminatedName, size, details, _part, _gathered, cancellationToken);
        }

        FileContent.Copy(earlier.Descriptor, GetWriter(), _kept, cancellationToken);
        earlier.RequireUnchanged(_folder.Descriptor);
        return PlacePart(terminatedName, size, details);
    }

    private IReadOnlyList<string> PlacePart(ReadOnlySpan<byte> terminatedName, long size, SourceItemDetails details)
    {
        SparseWriter writer = GetWriter();
        PartialFile part = _part!;
        if (part.IsResumed || size > writer.End)
        {
            part.SetLength(size);
        }

        writer.FreeLeftOut();
        IReadOnlyList<string> failures = _metadata.ApplyToFile(part.Descriptor, _item, details);
        part.Place(terminatedName);
        return failures;
    }
}
