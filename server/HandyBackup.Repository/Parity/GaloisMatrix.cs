namespace HandyBackup.Repository;

/// <summary>Square matrices over GF(2^8), row by row in one array.</summary>
internal static class GaloisMatrix
{
    /// <summary>Inverts a matrix that has an inverse, by Gauss and Jordan's elimination. The matrix is used up.</summary>
    /// <exception cref="DivideByZeroException">It has none.</exception>
    public static byte[] Invert(byte[] matrix, int size)
    {
        byte[] inverse = new byte[size * size];
        for (int i = 0; i < size; i++)
        {
            inverse[(i * size) + i] = 1;
        }

        for (int column = 0; column < size; column++)
        {
            int pivot = column;
            while (pivot < size - 1 && matrix[(pivot * size) + column] == 0)
            {
                pivot++;
            }

            Swap(matrix, size, pivot, column);
            Swap(inverse, size, pivot, column);
            byte scale = GaloisField.Invert(matrix[(column * size) + column]);
            Scale(matrix.AsSpan(column * size, size), scale);
            Scale(inverse.AsSpan(column * size, size), scale);
            for (int row = 0; row < size; row++)
            {
                byte factor = row == column ? (byte)0 : matrix[(row * size) + column];
                GaloisVectors.MultiplyAdd(GaloisPath.Scalar, factor, matrix.AsSpan(column * size, size), matrix.AsSpan(row * size, size));
                GaloisVectors.MultiplyAdd(GaloisPath.Scalar, factor, inverse.AsSpan(column * size, size), inverse.AsSpan(row * size, size));
            }
        }

        return inverse;
    }

    private static void Swap(byte[] matrix, int size, int left, int right)
    {
        for (int i = 0; left != right && i < size; i++)
        {
            (matrix[(left * size) + i], matrix[(right * size) + i]) = (matrix[(right * size) + i], matrix[(left * size) + i]);
        }
    }

    private static void Scale(Span<byte> row, byte factor)
    {
        ReadOnlySpan<byte> multiples = GaloisField.MultiplesOf(factor);
        foreach (ref byte element in row)
        {
            element = multiples[element];
        }
    }
}
