using System.Runtime.InteropServices;

namespace HandyBackup.Repository;

/// <summary>One line of a cache file's list of packs in order of their ids: 12 bytes.</summary>
/// <param name="Prefix">The first eight bytes of the id.</param>
/// <param name="Number">The pack's number.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct PackSlot(ulong Prefix, int Number);
