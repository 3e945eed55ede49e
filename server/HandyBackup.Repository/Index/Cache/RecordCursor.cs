namespace HandyBackup.Repository;

/// <summary>Goes once through a list of records, of which a window is in memory.</summary>
internal abstract class RecordCursor<T>
    where T : unmanaged
{
    private int _position = -1;
    private int _length;

    /// <summary>The record; valid after <see cref="MoveNext"/> said true, until it is called again.</summary>
    public ref readonly T Current => ref Window[_position];

    /// <summary>The records in memory.</summary>
    protected abstract T[] Window { get; }

    /// <summary>Goes to the next record, first to the first.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveNext()
    {
        if (++_position < _length)
        {
            return true;
        }

        _length = Fill();
        _position = 0;
        return _length > 0;
    }

    /// <summary>Puts the next records into the window.</summary>
    /// <returns>How many; 0 at the end.</returns>
    protected abstract int Fill();
}
