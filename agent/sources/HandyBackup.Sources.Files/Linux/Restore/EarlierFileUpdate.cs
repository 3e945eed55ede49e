using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Makes a file out of one that exists and has some of the content, and of the other content, which was gathered in a partial file.</summary>
[SupportedOSPlatform("linux")]
internal sealed class EarlierFileUpdate(int folder, SourceItem item, EarlierFile earlier, MetadataWriter metadata)
{
    /// <summary>Takes the existing file as it is, where all of its content is right and it may become the item, or is the item in every respect.</summary>
    /// <exception cref="SourceException">It was altered meanwhile, or cannot be put under its name.</exception>
    public bool TryTakeOver(ReadOnlySpan<byte> terminatedName, long size, SourceItemDetails details, [NotNullWhen(true)] out IReadOnlyList<string>? failures)
    {
        failures = null;
        if (earlier.Size == size)
        {
            earlier.RequireUnchanged(folder);
            if (earlier.HasMetadataOf(item) && MetadataWriter.HasNoAttributes(earlier.Descriptor, details) && !earlier.IsAside)
            {
                failures = [];
                return true;
            }
        }

        if (!earlier.MayBecome(item) || (earlier.Size != size && !TryCut(size)))
        {
            return false;
        }

        failures = metadata.ApplyToFile(earlier.Descriptor, item, details);
        if (earlier.IsAside)
        {
            NamedItem.Place(folder, earlier.Name, terminatedName);
        }

        return true;
    }

    /// <summary>Makes a file that shares its blocks with the existing one, where the file system can do that, and writes what was gathered into it.</summary>
    /// <exception cref="SourceException">It cannot be written, or the existing one was altered meanwhile.</exception>
    public bool TryPlaceClone(
        ReadOnlySpan<byte> terminatedName,
        long size,
        SourceItemDetails details,
        PartialFile? part,
        ByteRanges gathered,
        [NotNullWhen(true)] out IReadOnlyList<string>? failures,
        CancellationToken cancellationToken)
    {
        failures = null;
        using PartialFile? clone = PartialFile.TryClone(folder, earlier.Descriptor);
        if (clone is null)
        {
            return false;
        }

        if (part is not null)
        {
            FileContent.Copy(part.Descriptor, new SparseWriter(clone.Descriptor, Beneath.Content), gathered, cancellationToken);
        }

        earlier.RequireUnchanged(folder);
        clone.SetLength(size);
        failures = metadata.ApplyToFile(clone.Descriptor, item, details);
        clone.Place(terminatedName);
        return true;
    }

    /// <summary>
    /// Writes what was gathered into the existing file. Meanwhile that has another name, so that nobody takes it for what it was or for what it shall become. If that
    /// is interrupted, the next restore finds both files and goes on.
    /// </summary>
    /// <param name="descriptor">The existing file, open for writing; closed afterwards.</param>
    /// <param name="terminatedName">The file's name.</param>
    /// <param name="size">The length that it gets.</param>
    /// <param name="details">Its metadata.</param>
    /// <param name="part">What was gathered.</param>
    /// <param name="gathered">Where in it.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="SourceException">It cannot be written, or was altered meanwhile.</exception>
    public IReadOnlyList<string> WriteInPlace(
        int descriptor, ReadOnlySpan<byte> terminatedName, long size, SourceItemDetails details, PartialFile part, ByteRanges gathered, CancellationToken cancellationToken)
    {
        try
        {
            earlier.RequireUnchanged(folder);
            Reserve(descriptor, gathered);
            byte[] aside = TemporaryName.ForAside(terminatedName);
            if (!earlier.IsAside)
            {
                NamedItem.Place(folder, earlier.Name, aside);
            }

            part.IsToBeKept = true;
            FileContent.Copy(part.Descriptor, new SparseWriter(descriptor, Beneath.Content), gathered, cancellationToken);
            Finish(descriptor, size);
            IReadOnlyList<string> failures = metadata.ApplyToFile(descriptor, item, details);
            NamedItem.Place(folder, aside, terminatedName);
            part.IsToBeKept = false;
            return failures;
        }
        catch (SourceException exception) when (part.IsToBeKept)
        {
            throw new SourceException(exception.Error, $"{exception.Message} The file is in the middle of being updated and has a hidden name (.handybackup-base-…).", exception)
            {
                Advice = "Restore it to the same place once more: that finishes it.",
            };
        }
        finally
        {
            _ = LibcFile.Close(descriptor);
        }
    }

    // On the disk before it has its name again: the old content would otherwise be there after a loss of power, and look like the new.
    private void Finish(int descriptor, long size)
    {
        if ((earlier.Size != size && LibcFile.Truncate(descriptor, size) != 0) || LibcSpace.SyncData(descriptor) != 0)
        {
            throw SystemError.Writing(SystemError.Last);
        }
    }

    // Holes that become data need space. Where that is missing, it must be known before anything is altered.
    private static void Reserve(int descriptor, ByteRanges gathered)
    {
        foreach ((long start, long end) in gathered.InOrder())
        {
            if (LibcSpace.Allocate(descriptor, LibcSpace.KeepSize, start, end - start) != 0 && SystemError.Last is Errno.NoSpace or Errno.QuotaExceeded)
            {
                throw SystemError.Writing(SystemError.Last);
            }
        }
    }

    private bool TryCut(long size)
    {
        int descriptor = earlier.TryOpenForWriting();
        if (descriptor < 0)
        {
            return false;
        }

        try
        {
            earlier.RequireUnchanged(folder);
            return LibcFile.Truncate(descriptor, size) == 0;
        }
        finally
        {
            _ = LibcFile.Close(descriptor);
        }
    }
}
