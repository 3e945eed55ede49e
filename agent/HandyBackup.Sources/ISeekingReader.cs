namespace HandyBackup.Sources;

/// <summary>A reader that can leave out what is before a place without reading it.</summary>
public interface ISeekingReader : ISourceReader
{
    /// <summary>Goes to a place. One behind the end is the end.</summary>
    /// <param name="offset">Where to go on, in bytes from the start of the content.</param>
    void Seek(long offset);
}
